using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace GlobalGateway.Testing.Cassandra;

/// <summary>Answers CQL on a loopback port as a test tells it to; the handshake, discovery and preparation it answers itself.</summary>
public sealed class FakeNode : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Socket, bool> _connections = new();
    private readonly ConcurrentDictionary<string, string> _texts = new();
    private readonly ConcurrentQueue<string> _prepared = new();
    private readonly Task _accepting;
    private int _accepted;

    public FakeNode(string datacenter = "dc", int port = 0)
    {
        Datacenter = datacenter;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Address = (IPEndPoint)_listener.LocalEndpoint;
        _accepting = AcceptAsync();
    }

    public IPEndPoint Address { get; }

    public string Datacenter { get; set; }

    public Guid HostId { get; init; } = Guid.NewGuid();

    public IReadOnlyList<FakeNode> Peers { get; set; } = [];

    /// <summary>When set, whoever connects must say them.</summary>
    public (string User, string Password)? Credentials { get; init; }

    /// <summary>Nothing at all is answered.</summary>
    public bool IsSilent { get; set; }

    /// <summary>What EXECUTE, BATCH and QUERY are answered; without it, that it was done.</summary>
    public Func<FakeRequest, ValueTask>? OnRequest { get; set; }

    /// <summary>Of every connection so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Texts as they were prepared, in order.</summary>
    public IReadOnlyList<string> Prepared => [.. _prepared];

    /// <summary>Each connection ends with a reset.</summary>
    public void Reset()
    {
        foreach (var connection in _connections.Keys)
        {
            try
            {
                connection.LingerState = new LingerOption(true, 0);
            }
            catch (ObjectDisposedException)
            {
                // It ended by itself meanwhile.
            }

            connection.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Reset();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = await _listener.AcceptSocketAsync(_stop.Token);
                connection.NoDelay = true;
                _connections[connection] = true;
                Interlocked.Increment(ref _accepted);
                _ = Task.Run(() => ServeAsync(connection));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The test ends.
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        try
        {
            await using var stream = new NetworkStream(connection, ownsSocket: true);
            var header = new byte[9];
            while (true)
            {
                await stream.ReadExactlyAsync(header, _stop.Token);
                var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5))];
                await stream.ReadExactlyAsync(body, _stop.Token);
                var request = new FakeRequest(connection, BinaryPrimitives.ReadInt16BigEndian(header.AsSpan(2)), header[4], body, TextOf(header[4], body));
                if (!IsSilent)
                {
                    _ = HandleAsync(request);
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client ended it.
        }
        finally
        {
            _connections.TryRemove(connection, out _);
        }
    }

    private async Task HandleAsync(FakeRequest request)
    {
        try
        {
            if (Own(request) is { } answer)
            {
                await request.AnswerAsync(answer);
            }
            else if (OnRequest is { } told)
            {
                await told(request);
            }
            else
            {
                await request.AnswerAsync(ServerFrames.Void(request.Stream));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection ended before its answer.
        }
    }

    private byte[]? Own(FakeRequest request) => request switch
    {
        { Opcode: FakeRequest.Startup } => Credentials is null ? ServerFrames.Ready(request.Stream) : ServerFrames.Authenticate(request.Stream, "PasswordAuthenticator"),
        { Opcode: FakeRequest.AuthResponse } => request.Body.AsSpan(4).SequenceEqual(Encoding.UTF8.GetBytes($"\0{Credentials?.User}\0{Credentials?.Password}"))
            ? ServerFrames.AuthSuccess(request.Stream)
            : ServerFrames.Error(request.Stream, 0x0100, "Provided username and/or password are incorrect"),
        { Opcode: FakeRequest.Options } => ServerFrames.Supported(request.Stream),
        { Opcode: FakeRequest.Prepare } => Prepare(request),
        { Opcode: FakeRequest.Query, Text: var text } when text.Contains("system.local", StringComparison.Ordinal) => ServerFrames.Local(request.Stream, HostId, Datacenter),
        { Opcode: FakeRequest.Query, Text: var text } when text.Contains("system.peers_v2", StringComparison.Ordinal) =>
            ServerFrames.Peers(request.Stream, [.. Peers.Select(peer => (peer.HostId, peer.Datacenter, peer.Address))]),
        _ => null,
    };

    /// <summary>Each question mark is a text.</summary>
    private byte[] Prepare(FakeRequest request)
    {
        var id = SHA256.HashData(Encoding.UTF8.GetBytes(request.Text))[..16];
        _texts[Convert.ToHexString(id)] = request.Text;
        _prepared.Enqueue(request.Text);
        var parameters = request.Text.Count(character => character == '?');
        return ServerFrames.Prepared(request.Stream, id, [.. Enumerable.Range(0, parameters).Select(at => ($"p{at}", (ushort[])[ServerFrames.Varchar]))]);
    }

    private string TextOf(byte opcode, byte[] body) => opcode switch
    {
        FakeRequest.Query or FakeRequest.Prepare => Encoding.UTF8.GetString(body, 4, BinaryPrimitives.ReadInt32BigEndian(body)),
        FakeRequest.Execute => _texts.GetValueOrDefault(Convert.ToHexString(body, 2, BinaryPrimitives.ReadUInt16BigEndian(body)), "?"),
        _ => "",
    };
}
