using System.Net;

namespace GlobalGateway.Cql.Connections;

/// <summary>Keeps connections to one node open, and tries again when they are lost.</summary>
internal sealed class NodePool : IAsyncDisposable
{
    private readonly CqlOptions _options;
    private readonly NodeTls? _tls;
    private readonly TimeProvider _clock;
    private readonly Action _changed;
    private readonly CqlConnection?[] _connections;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile NodeIdentity? _identity;

    /// <param name="identity">Absent of a contact point that has not answered yet.</param>
    /// <param name="changed">Called when a connection was opened or lost.</param>
    public NodePool(IPEndPoint address, NodeIdentity? identity, CqlOptions options, NodeTls? tls, TimeProvider clock, Action changed)
    {
        Address = address;
        _identity = identity;
        _options = options;
        _tls = tls;
        _clock = clock;
        _changed = changed;
        _connections = new CqlConnection?[options.ConnectionsPerNode];
        Prepared = new PreparedStatements(options);
        _running = Task.WhenAll(Enumerable.Range(0, _connections.Length).Select(place => Task.Run(() => KeepAsync(place))));
    }

    public IPEndPoint Address { get; }

    public PreparedStatements Prepared { get; }

    public NodeIdentity? Identity => _identity;

    /// <summary>Why there is no connection; the last reason.</summary>
    public string? LastError { get; private set => Volatile.Write(ref field, value); }

    /// <summary>The connection with the fewest requests; null when none is open.</summary>
    public CqlConnection? Best()
    {
        CqlConnection? best = null;
        for (var place = 0; place < _connections.Length; place++)
        {
            if (Volatile.Read(ref _connections[place]) is { IsOpen: true } connection && (best is null || Rank(connection) < Rank(best)))
            {
                best = connection;
            }
        }

        return best;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private static int Rank(CqlConnection connection) => connection.InFlight + (connection.IsSuspect ? 1 << 20 : 0);

    private async Task KeepAsync(int place)
    {
        var backoff = new Backoff(_options.ReconnectMin, _options.ReconnectMax, Random.Shared);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await KeepOnceAsync(place, backoff);
                await Task.Delay(backoff.Next(), _clock, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>From a connection's opening to its end.</summary>
    private async Task KeepOnceAsync(int place, Backoff backoff)
    {
        try
        {
            var (connection, node) = await Handshake.OpenAsync(Address, _options, _tls, _clock, _stop.Token);
            await using (connection)
            {
                var opened = _clock.GetTimestamp();
                _identity = node;
                Volatile.Write(ref _connections[place], connection);
                _changed();
                try
                {
                    LastError = (await connection.Closed.WaitAsync(_stop.Token)).Message;
                }
                finally
                {
                    Volatile.Write(ref _connections[place], null);
                    _changed();
                }

                // A node that takes connections only to end them at once is not one that is back.
                if (_clock.GetElapsedTime(opened) > _options.ReconnectMax)
                {
                    backoff.Reset();
                }
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LastError = e.Message;
            _changed();
        }
    }
}
