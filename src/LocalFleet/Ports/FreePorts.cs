using System.Net;
using System.Net.Sockets;

namespace GlobalGateway.LocalFleet.Ports;

/// <summary>Finds loopback ports that nobody listens on.</summary>
public static class FreePorts
{
    // Below the ports that systems hand out themselves, so that no outgoing connection takes one before it is listened on.
    private const int First = 12_000;
    private const int Count = 20_000;

    private static int _next = Random.Shared.Next(Count);

    /// <summary>Another one each time.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody's: the next one.
            }
        }
    }
}
