using System.Net;
using System.Net.Sockets;

namespace GlobalGateway.EdgeNode.Upstreams;

/// <summary>Which addresses an edge never dials, whatever a name resolves to.</summary>
public static class AddressPolicy
{
    private static readonly IPAddress[] Metadata =
        [IPAddress.Parse("100.100.100.200"), IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("192.0.0.192")];

    /// <summary>Link-local, cloud metadata, multicast and unspecified addresses are refused.</summary>
    public static bool Allows(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            Span<byte> bytes = stackalloc byte[4];
            address.TryWriteBytes(bytes, out _);
            if (bytes is [169, 254, ..] or [0, ..] or [>= 224, ..])
            {
                return false;
            }
        }
        else if (address.IsIPv6LinkLocal || address.IsIPv6Multicast || address.Equals(IPAddress.IPv6Any))
        {
            return false;
        }

        return Array.IndexOf(Metadata, address) < 0;
    }
}
