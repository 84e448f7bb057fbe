using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace GlobalGateway.Testing.Wire;

/// <summary>
/// Stands between a client and a server as a cable would: passes bytes on as they are, and breaks where it is told to.
/// Neither side can tell it from a bad network.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private const int BufferBytes = 16 * 1024;

    private readonly int _server;
    private readonly ConcurrentDictionary<Link, Task> _links = new();
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private volatile WirePlan _plan = new(WireFault.None, 0);
    private volatile Darkness _darkness;
    private long _bytes;

    private FaultProxy(int server) => _server = server;

    public int Port { get; private set; }

    /// <summary>All that was passed on, both ways.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Connections that are open now.</summary>
    public int Open => _links.Count;

    public static FaultProxy Start(int serverPort)
    {
        var proxy = new FaultProxy(serverPort);
        proxy.Listen();
        return proxy;
    }

    /// <summary>From now on this happens, counted on each connection from its next byte.</summary>
    public WirePlan Plan(WireFault fault, long offset = 0) => _plan = new WirePlan(fault, offset);

    /// <summary>Goes dark or comes back; connections of before break.</summary>
    public void Darken(Darkness darkness)
    {
        var was = _darkness;
        _darkness = darkness;
        if (was == Darkness.Refuses && darkness != Darkness.Refuses)
        {
            Listen();
        }

        if (darkness is Darkness.Refuses)
        {
            Interlocked.Exchange(ref _listener, null)?.Dispose();
        }

        // A silent server is silent on old connections too, which its pumps see by themselves.
        if (was != darkness && darkness != Darkness.Silent)
        {
            foreach (var link in _links.Keys)
            {
                link.Break(resets: true);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _listener, null)?.Dispose();
        foreach (var link in _links.Keys)
        {
            link.Break(resets: true);
        }

        await _accepting;
        await Task.WhenAll(_links.Values);
    }

    private void Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        listener.Listen(512);
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        _listener = listener;
        _accepting = AcceptAsync(listener);
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            try
            {
                var link = new Link(await listener.AcceptAsync());
                _links[link] = RunAsync(link);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task RunAsync(Link link)
    {
        // The entry in the table comes first, so that it is there to be removed.
        await Task.Yield();
        try
        {
            await link.Server.ConnectAsync(IPAddress.Loopback, _server);
            await Task.WhenAll(RequestsAsync(link), ResponsesAsync(link));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Either side went, or was broken on purpose.
        }
        finally
        {
            link.Break(resets: false);
            _links.TryRemove(link, out _);
        }
    }

    private async Task RequestsAsync(Link link)
    {
        var buffer = new byte[BufferBytes];
        while (true)
        {
            var count = await link.Client.ReceiveAsync(buffer);
            if (count == 0)
            {
                link.Break(resets: false);
                return;
            }

            switch (_darkness)
            {
                case Darkness.Resets or Darkness.Refuses:
                    link.Break(resets: true);
                    return;
                case Darkness.Silent:
                    // Even after it ends, as whoever was silent has forgotten what it was asked.
                    link.Muted = true;
                    break;
            }

            if (!link.Muted)
            {
                await SendAsync(link.Server, buffer.AsMemory(0, count));
            }
        }
    }

    private async Task ResponsesAsync(Link link)
    {
        var buffer = new byte[BufferBytes];
        var plan = _plan;
        var passed = 0L;
        while (true)
        {
            var count = await link.Server.ReceiveAsync(buffer);
            if (count == 0)
            {
                link.Break(resets: false);
                return;
            }

            if (!ReferenceEquals(plan, _plan))
            {
                (plan, passed) = (_plan, 0);
            }

            if (link.Muted)
            {
                continue;
            }

            var breaks = plan.Fault != WireFault.None && passed + count > plan.Offset;
            var pass = breaks ? (int)(plan.Offset - passed) : count;
            await SendAsync(link.Client, buffer.AsMemory(0, pass));
            passed += pass;
            plan.Pass(pass);
            if (breaks)
            {
                plan.Fire();
                link.Muted = true;
                if (plan.Fault != WireFault.Stall)
                {
                    link.Break(resets: plan.Fault == WireFault.Reset);
                    return;
                }
            }
        }
    }

    private async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        Interlocked.Add(ref _bytes, bytes.Length);
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes)..];
        }
    }

    /// <summary>One connection of a client and its continuation to the server.</summary>
    private sealed class Link(Socket client)
    {
        private int _broken;

        public Socket Client { get; } = client;

        public Socket Server { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        /// <summary>Nothing passes any more.</summary>
        public bool Muted { get; set; }

        public void Break(bool resets)
        {
            if (Interlocked.Exchange(ref _broken, 1) == 0)
            {
                if (resets)
                {
                    Client.LingerState = new LingerOption(true, 0);
                }

                Client.Dispose();
                Server.Dispose();
            }
        }
    }
}
