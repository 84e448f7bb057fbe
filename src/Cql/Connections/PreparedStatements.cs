using System.Collections.Concurrent;
using GlobalGateway.Cql.Wire;

namespace GlobalGateway.Cql.Connections;

/// <summary>The statements that one node has prepared; requests that need the same one at once prepare it once.</summary>
internal sealed class PreparedStatements(CqlOptions options)
{
    /// <summary>Statements are a program's, not its users': more is a mistake, and the first ones are prepared again then.</summary>
    public const int CountMax = 1_000;

    private readonly ConcurrentDictionary<string, Lazy<Task<PreparedResponse>>> _byText = new(StringComparer.Ordinal);

    /// <exception cref="CqlException">It could not be prepared; nothing else was sent.</exception>
    public async ValueTask<PreparedResponse> GetAsync(CqlConnection connection, string text, TimeSpan timeout, CancellationToken cancel)
    {
        if (_byText.Count >= CountMax)
        {
            _byText.Clear();
        }

        var entry = _byText.GetOrAdd(text, static (key, ask) => new(() => ask.Self.PrepareAsync(ask.Connection, key)), (Self: this, Connection: connection));
        try
        {
            return entry.Value.IsCompletedSuccessfully ? entry.Value.Result : await entry.Value.WaitAsync(timeout, cancel);
        }
        catch (TimeoutException)
        {
            throw new CqlNoNodeException($"{connection.Node} did not prepare the statement in time; it was not sent: {text}");
        }
        catch (CqlException e)
        {
            _byText.TryRemove(KeyValuePair.Create(text, entry));
            throw e is CqlServerException or CqlBusyException
                ? e
                : new CqlNoNodeException($"{connection.Node} did not prepare the statement, so it was not sent: {e.Message}", e);
        }
    }

    /// <summary>The node does not know it any more.</summary>
    public void Forget(string text, PreparedResponse prepared)
    {
        if (_byText.TryGetValue(text, out var entry) && entry.Value is { IsCompletedSuccessfully: true } known && known.Result == prepared)
        {
            _byText.TryRemove(KeyValuePair.Create(text, entry));
        }
    }

    /// <summary>For all that wait for it, so none of them can cancel it.</summary>
    private async Task<PreparedResponse> PrepareAsync(CqlConnection connection, string text)
    {
        using var frame = RequestFrames.Prepare(text);
        return await connection.AskAsync(frame, options.RequestTimeout, CancellationToken.None) switch
        {
            PreparedResponse prepared => prepared,
            ErrorResponse error => throw new CqlServerException(error.Code, $"{connection.Node}: {error.Message} ({text})", isAmbiguous: false),
            var other => throw new CqlProtocolException($"{connection.Node} answered PREPARE with {other.GetType().Name}"),
        };
    }
}
