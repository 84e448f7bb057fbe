using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace GlobalGateway.Cql.Connections;

/// <summary>A configured <c>host:port</c>.</summary>
internal static class ContactPoint
{
    public static bool TryParse(string text, out string host, out int port)
    {
        if (IPAddress.TryParse(text, out _))
        {
            (host, port) = (text, CqlOptions.DefaultPort);
            return true;
        }

        var colon = text.LastIndexOf(':');
        (host, port) = colon < 0 ? (text, CqlOptions.DefaultPort) : (text[..colon].Trim('[', ']'), 0);
        return host.Length > 0 && (colon < 0
            || (int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= IPEndPoint.MaxPort));
    }

    /// <exception cref="SocketException">The name is unknown.</exception>
    public static async Task<IEnumerable<IPEndPoint>> ResolveAsync(string text, CancellationToken cancel)
    {
        if (!TryParse(text, out var host, out var port))
        {
            return [];
        }

        return IPAddress.TryParse(host, out var address)
            ? [new IPEndPoint(address, port)]
            : (await Dns.GetHostAddressesAsync(host, cancel)).Select(found => new IPEndPoint(found, port));
    }
}
