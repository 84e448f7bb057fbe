using GlobalGateway.EdgeNode.Routing;

namespace GlobalGateway.EdgeNode.Requests;

/// <summary>The client's address as strategies use it; it is neither logged nor forwarded.</summary>
public static class ClientAddress
{
    public static uint HashOf(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address)
        {
            return 0;
        }

        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out var length) ? IpHashStrategy.StableHash(bytes[..length]) : 0;
    }
}
