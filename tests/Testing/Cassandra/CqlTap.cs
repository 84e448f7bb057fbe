using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using GlobalGateway.Cql;

namespace GlobalGateway.Testing.Cassandra;

/// <summary>Stands in front of a node, writes down every statement that passes, and can cut or hang connections.</summary>
public sealed class CqlTap : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;
    private const int HeaderBytes = 9;

    private readonly IPEndPoint _node;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, string> _texts = new();
    private readonly ConcurrentQueue<TappedStatement> _statements = new();
    private readonly ConcurrentDictionary<Socket, Socket> _pairs = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private volatile bool _isRefusing;
    private volatile TaskCompletionSource? _held;

    public CqlTap(IPEndPoint node)
    {
        _node = node;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public CqlTap(RunningCassandra node)
        : this(node.Address)
    {
    }

    /// <summary>Given to a session in place of the node's.</summary>
    public string ContactPoint => _listener.LocalEndpoint.ToString()!;

    /// <summary>In the order in which they passed, those of the client's own among them.</summary>
    public IReadOnlyList<TappedStatement> Statements => [.. _statements];

    /// <summary>Connections that pass through it now.</summary>
    public int Connections => _pairs.Count;

    /// <summary>Called with each statement before it is passed on, which waits for it.</summary>
    public Func<TappedStatement, ValueTask>? OnStatement { get; set; }

    /// <summary>Each connection ends with a reset; new ones pass.</summary>
    public void Reset()
    {
        foreach (var (client, server) in _pairs)
        {
            try
            {
                client.LingerState = new LingerOption(true, 0);
            }
            catch (ObjectDisposedException)
            {
                // It ended by itself meanwhile.
            }

            client.Dispose();
            server.Dispose();
        }
    }

    /// <summary>As <see cref="Reset"/>, and new connections end at once, until <see cref="Restore"/>.</summary>
    public void Cut()
    {
        _isRefusing = true;
        Reset();
    }

    /// <summary>Nothing passes either way until <see cref="Restore"/>; connections stay.</summary>
    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Restore()
    {
        _isRefusing = false;
        Interlocked.Exchange(ref _held, null)?.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Restore();
        _listener.Stop();
        Reset();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var passing = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                passing.RemoveAll(task => task.IsCompleted);
                passing.Add(Task.Run(() => PassAsync(client)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(passing);
        }
    }

    private async Task PassAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            try
            {
                if (_isRefusing)
                {
                    return;
                }

                await server.ConnectAsync(_node, _stop.Token);
                _pairs[client] = server;
                var decoder = new TapDecoder(_texts);
                await Task.WhenAny(PumpAsync(client, server, frame => RequestAsync(decoder, frame)), PumpAsync(server, client, frame =>
                {
                    decoder.Answer(frame);
                    return ValueTask.CompletedTask;
                }));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The node is gone, or the tap is.
            }
            finally
            {
                _pairs.TryRemove(client, out _);
            }
        }
    }

    private async ValueTask RequestAsync(TapDecoder decoder, byte[] frame)
    {
        foreach (var statement in decoder.Request(frame))
        {
            _statements.Enqueue(statement);
            if (OnStatement is { } told)
            {
                await told(statement);
            }
        }
    }

    /// <summary>Frame by frame, each looked at before it is passed on.</summary>
    private async Task PumpAsync(Socket from, Socket to, Func<byte[], ValueTask> look)
    {
        try
        {
            await using var source = new BufferedStream(new NetworkStream(from), BufferBytes);
            var header = new byte[HeaderBytes];
            while (true)
            {
                await source.ReadExactlyAsync(header, _stop.Token);
                var frame = new byte[HeaderBytes + BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5))];
                header.CopyTo(frame, 0);
                await source.ReadExactlyAsync(frame.AsMemory(HeaderBytes), _stop.Token);
                await look(frame);
                if (_held is { } held)
                {
                    await held.Task.WaitAsync(_stop.Token);
                }

                for (var sent = 0; sent < frame.Length;)
                {
                    sent += await to.SendAsync(frame.AsMemory(sent), _stop.Token);
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Either side has ended; the other one ends with it.
        }
    }
}
