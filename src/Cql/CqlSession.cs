using System.Net;
using GlobalGateway.Cql.Connections;
using GlobalGateway.Cql.Execution;

namespace GlobalGateway.Cql;

/// <summary>A session over CQL's native protocol, version 4, that connects in the background from its construction on.</summary>
public sealed class CqlSession : ICqlSession
{
    private readonly CqlOptions _options;
    private readonly TimeProvider _clock;
    private readonly Cluster _cluster;

    /// <exception cref="ArgumentException">The options make no sense.</exception>
    /// <exception cref="IOException">A certificate's file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It has no certificate, or not its key.</exception>
    public CqlSession(CqlOptions options, TimeProvider clock)
    {
        options.Validate();
        _options = options;
        _clock = clock;
        _cluster = new Cluster(options, clock);
    }

    public string LocalDatacenter => _options.LocalDatacenter;

    public IReadOnlyList<CqlNode> Nodes => _cluster.Nodes;

    public async ValueTask<CqlRows> ExecuteAsync(CqlCall call, CancellationToken cancel = default) => await RunAsync(new CallOperation(call), cancel);

    public async ValueTask ExecuteBatchAsync(CqlBatch batch, CancellationToken cancel = default) => await RunAsync(new BatchOperation(batch), cancel);

    public async ValueTask<CqlRows> ExecuteAtAsync(CqlNode node, CqlCall call, CancellationToken cancel = default)
    {
        var operation = new CallOperation(call);
        var begun = _clock.GetTimestamp();
        var timeout = operation.Timeout ?? _options.RequestTimeout;
        var (pool, connection) = await _cluster.PickAsync(node.Address, timeout, cancel);
        return await NodeExchange.AskAsync(operation, pool, connection, timeout - _clock.GetElapsedTime(begun), _clock, cancel);
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    /// <summary>
    /// A second node is asked when nothing was sent to the first, or when doing it twice is doing it once. Then the first one has half of
    /// the time, so that there is some left for the second.
    /// </summary>
    private async ValueTask<CqlRows> RunAsync(Operation operation, CancellationToken cancel)
    {
        const int attemptsMax = 3;
        var begun = _clock.GetTimestamp();
        var timeout = operation.Timeout ?? _options.RequestTimeout;
        var mayRepeat = operation.IsRepeatable;
        NodePool? failed = null;
        for (var attempt = 1; ; attempt++)
        {
            var left = timeout - _clock.GetElapsedTime(begun);
            var (pool, connection) = await _cluster.PickAsync(failed, left, cancel);
            left = timeout - _clock.GetElapsedTime(begun);
            try
            {
                return await NodeExchange.AskAsync(operation, pool, connection, mayRepeat ? left / 2 : left, _clock, cancel);
            }
            catch (CqlException e) when (attempt < attemptsMax && _clock.GetElapsedTime(begun) < timeout && (e is CqlNoNodeException || (mayRepeat && IsPassing(e))))
            {
                mayRepeat &= e is CqlNoNodeException;
                failed = pool;
            }
        }
    }

    private static bool IsPassing(CqlException e) =>
        e is CqlNoAnswerException or CqlProtocolException || (e is CqlServerException server && Ambiguity.IsPassing(server.Code));
}
