using GlobalGateway.Cql.Connections;
using GlobalGateway.Cql.Wire;

namespace GlobalGateway.Cql.Execution;

/// <summary>Asks one node once, preparing what it does not know.</summary>
internal static class NodeExchange
{
    /// <exception cref="CqlException">It failed.</exception>
    /// <exception cref="ArgumentException">The values are not the statement's; nothing was sent.</exception>
    public static async ValueTask<CqlRows> AskAsync(
        Operation operation, NodePool pool, CqlConnection connection, TimeSpan timeout, TimeProvider clock, CancellationToken cancel)
    {
        var begun = clock.GetTimestamp();
        for (var isAgain = false; ; isAgain = true)
        {
            var prepared = new PreparedResponse[operation.Texts.Count];
            for (var i = 0; i < prepared.Length; i++)
            {
                prepared[i] = await pool.Prepared.GetAsync(connection, operation.Texts[i], Left(), cancel);
            }

            using var frame = operation.Frame(prepared);
            switch (await connection.AskAsync(frame, Left(), cancel))
            {
                case RowsResponse answer:
                    return answer.Rows;
                case DoneResponse:
                    return CqlRows.None;
                case ErrorResponse { Code: CqlErrorCode.Unprepared } when !isAgain:
                    // It was refused whole: to ask again is not to do it twice.
                    for (var i = 0; i < prepared.Length; i++)
                    {
                        pool.Prepared.Forget(operation.Texts[i], prepared[i]);
                    }

                    break;
                case ErrorResponse error:
                    throw operation.Failed(error, connection.Node);
                case var other:
                    var broken = new CqlProtocolException($"{connection.Node} answered a statement with {other.GetType().Name}");
                    connection.Close(broken);
                    throw broken;
            }
        }

        TimeSpan Left() => timeout - clock.GetElapsedTime(begun) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
