using System.Net;
using System.Net.Sockets;

namespace GlobalGateway.Cql.Connections;

/// <summary>The nodes of the local data centre: found from the contact points, kept up to date, and chosen from in turn.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private const int ErrorsShownMax = 8;
    private const long IsUp = long.MaxValue;

    private readonly CqlOptions _options;
    private readonly TimeProvider _clock;
    private readonly NodeTls? _tls;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Task _running;
    private volatile NodePool[] _pools = [];
    private volatile string? _unknownName;
    private volatile bool _isDiscovered;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _downSince;
    private int _turn;

    public Cluster(CqlOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _tls = options.Tls is { } tls ? new NodeTls(tls) : null;
        _downSince = clock.GetTimestamp();
        _running = Task.Run(RunAsync);
    }

    public IReadOnlyList<CqlNode> Nodes => [.. _pools.Where(pool => pool.Identity is not null).Select(pool => new CqlNode(pool.Address, _options.LocalDatacenter))];

    /// <summary>The next node in turn that has room, rather not the one that failed.</summary>
    /// <exception cref="CqlNoNodeException">There is none, and has been none for <see cref="CqlOptions.ConnectTimeout"/>.</exception>
    public async ValueTask<(NodePool Pool, CqlConnection Connection)> PickAsync(NodePool? failed, TimeSpan timeout, CancellationToken cancel)
    {
        var begun = _clock.GetTimestamp();
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            // The first statement waits for the first look around, so that whoever has an answer knows the nodes.
            if (_isDiscovered && Best(failed) is { } best)
            {
                return best;
            }

            await WaitAsync(changed, begun, timeout, cancel);
        }
    }

    /// <summary>This node and no other.</summary>
    /// <exception cref="CqlNoNodeException">There is no connection to it.</exception>
    public async ValueTask<(NodePool Pool, CqlConnection Connection)> PickAsync(IPEndPoint node, TimeSpan timeout, CancellationToken cancel)
    {
        var begun = _clock.GetTimestamp();
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            var pool = _pools.FirstOrDefault(pool => pool.Address.Equals(node)) ?? throw new CqlNoNodeException($"{node} is no node of {_options.LocalDatacenter}");
            if (pool.Best() is { } connection)
            {
                return (pool, connection);
            }

            await WaitAsync(changed, begun, timeout, cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        await _running;
        await Task.WhenAll(_pools.Select(pool => pool.DisposeAsync().AsTask()));
        Signal();
        _tls?.Dispose();
        _stop.Dispose();
    }

    /// <summary>A node that was just lost is waited for; one that is gone for long is not, so that whoever asks can do something else.</summary>
    private async ValueTask WaitAsync(Task changed, long begun, TimeSpan timeout, CancellationToken cancel)
    {
        var down = Interlocked.Read(ref _downSince);
        var since = down == IsUp ? begun : down;
        var left = Min(timeout - _clock.GetElapsedTime(begun), _options.ConnectTimeout - _clock.GetElapsedTime(since));
        if (left <= TimeSpan.Zero || _stop.IsCancellationRequested)
        {
            throw new CqlNoNodeException(WhyNone());
        }

        try
        {
            await changed.WaitAsync(left, _clock, cancel);
        }
        catch (TimeoutException)
        {
            throw new CqlNoNodeException(WhyNone());
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private (NodePool, CqlConnection)? Best(NodePool? failed)
    {
        var pools = _pools;
        var first = (int)((uint)Interlocked.Increment(ref _turn) % Math.Max(pools.Length, 1));
        (NodePool, CqlConnection)? best = null;
        var bestRank = int.MaxValue;
        for (var i = 0; i < pools.Length && bestRank > 0; i++)
        {
            var pool = pools[(first + i) % pools.Length];
            if (pool.Best() is { } connection && Rank(pool, connection) is var rank && rank < bestRank)
            {
                (best, bestRank) = ((pool, connection), rank);
            }
        }

        return best;

        int Rank(NodePool pool, CqlConnection connection) => (connection.IsFull ? 1 : 0) + (connection.IsSuspect ? 2 : 0) + (pool == failed ? 4 : 0);
    }

    private string WhyNone()
    {
        var reasons = _pools.Select(pool => pool.LastError ?? $"{pool.Address} was not reached yet").Prepend(_unknownName).OfType<string>().Distinct().Take(ErrorsShownMax);
        return _stop.IsCancellationRequested
            ? "the session was ended"
            : $"no node of {_options.LocalDatacenter} has a connection: {string.Join("; ", reasons)}";
    }

    private void OnChange()
    {
        lock (_gate)
        {
            // From the moment at which the last connection is lost.
            if (_pools.Any(pool => pool.Best() is not null))
            {
                Interlocked.Exchange(ref _downSince, IsUp);
            }
            else if (Interlocked.Read(ref _downSince) == IsUp)
            {
                Interlocked.Exchange(ref _downSince, _clock.GetTimestamp());
            }
        }

        Signal();
    }

    private void Signal() => Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var changed = Volatile.Read(ref _changed).Task;
                if (!_pools.Any(pool => pool.Best() is not null))
                {
                    await AddContactPointsAsync();
                    // Names may resolve to other addresses later.
                    await Task.WhenAny(changed, Task.Delay(_options.ReconnectMax, _clock, _stop.Token));
                    _stop.Token.ThrowIfCancellationRequested();
                    continue;
                }

                await SettleAsync();
                var isFound = await TryDiscoverAsync();
                _isDiscovered |= isFound;
                Signal();
                var pause = isFound ? _options.DiscoverEvery : _isDiscovered ? _options.ReconnectMax : _options.ReconnectMin;
                await Task.Delay(pause, _clock, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The session ends.
        }
    }

    private async Task AddContactPointsAsync()
    {
        foreach (var point in _options.ContactPoints)
        {
            try
            {
                foreach (var address in await ContactPoint.ResolveAsync(point, _stop.Token))
                {
                    if (_pools.Length < _options.NodesMax && !_pools.Any(pool => pool.Address.Equals(address)))
                    {
                        _pools = [.. _pools, Open(address, identity: null)];
                    }
                }
            }
            catch (Exception e) when (e is SocketException or ArgumentException)
            {
                _unknownName = $"{point}: {e.Message}";
            }
        }
    }

    /// <summary>Gives each contact point the time to say which node it is: by the address that its peers have for it, it would be taken for another.</summary>
    private async Task SettleAsync()
    {
        var begun = _clock.GetTimestamp();
        while (_options.ConnectTimeout / 2 - _clock.GetElapsedTime(begun) is var left && left > TimeSpan.Zero)
        {
            var changed = Volatile.Read(ref _changed).Task;
            if (_pools.All(pool => pool.Identity is not null || pool.LastError is not null))
            {
                return;
            }

            await Task.WhenAny(changed, Task.Delay(left, _clock, _stop.Token));
            _stop.Token.ThrowIfCancellationRequested();
        }
    }

    private NodePool Open(IPEndPoint address, NodeIdentity? identity) => new(address, identity, _options, _tls, _clock, OnChange);

    /// <returns>Whether a node could be asked.</returns>
    private async Task<bool> TryDiscoverAsync()
    {
        if (Best(failed: null) is not ({ Identity: { } self } pool, { } connection))
        {
            return false;
        }

        try
        {
            var peers = await SystemTables.PeersAsync(connection, pool.Address.Port, _options.ConnectTimeout, _stop.Token);
            await ApplyAsync([self, .. peers.Where(peer => peer.Datacenter == _options.LocalDatacenter).Take(_options.NodesMax - 1)]);
            return true;
        }
        catch (CqlException)
        {
            // The connection's end says why, and another one is asked soon.
            return false;
        }
    }

    /// <summary>A node keeps the address at which it was reached: the one it names itself may not be reachable from here.</summary>
    private async Task ApplyAsync(NodeIdentity[] found)
    {
        var kept = new List<NodePool>();
        foreach (var node in found)
        {
            var pool = _pools.FirstOrDefault(pool => pool.Identity?.HostId == node.HostId) ?? _pools.FirstOrDefault(pool => pool.Address.Equals(node.Address));
            kept.Add(pool ?? Open(node.Address, node));
        }

        // The node that was asked may not have heard of all others yet. One that left the cluster ends its connections itself.
        var gone = _pools.Except(kept).Where(pool => pool.Best() is null).ToArray();
        _pools = [.. _pools.Except(gone), .. kept.Except(_pools)];
        await Task.WhenAll(gone.Select(pool => pool.DisposeAsync().AsTask()));
    }
}
