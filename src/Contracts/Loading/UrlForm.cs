using System.Net;
using System.Net.Sockets;

namespace GlobalGateway.Contracts.Loading;

/// <summary>Addresses an edge may be told to call: absolute, without secrets in them, and never a cloud's metadata service.</summary>
internal static class UrlForm
{
    // Amazon's over IPv6, Alibaba's, and Oracle's, which are not link-local.
    private static readonly IPAddress[] MetadataAddresses =
        [IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("100.100.100.200"), IPAddress.Parse("192.0.0.192")];

    public static Form<string> Http() => text =>
    {
        if (text.Length > Forms.TextMax || text.Any(letter => letter is <= ' ' or >= '\x7f' or '\\')
            || !Uri.TryCreate(text, UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
            || url.Host.Length == 0)
        {
            // What may hold a password or a key is not repeated.
            var shown = text.AsSpan().ContainsAny('@', '?') ? "" : Forms.Quote(text) + " ";
            return Forms.Problem<string>($"{shown}is not an absolute http or https URL");
        }

        return url.UserInfo.Length > 0 || text.Contains('@') ? Forms.Problem<string>("holds user information; put secrets in credentials")
            : text.Contains('?') ? Forms.Problem<string>("holds a query; only scheme, host and path are allowed")
            : text.Contains('#') ? Forms.Problem<string>("holds a fragment; only scheme, host and path are allowed")
            : IsForbidden(url) ? Forms.Problem<string>($"{url.Host} is a link-local, metadata or unspecified address")
            : url.AbsoluteUri.TrimEnd('/');
    };

    private static bool IsForbidden(Uri url)
    {
        var host = url.Host.TrimEnd('.');
        if (host.Equals("metadata.google.internal", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (!IPAddress.TryParse(host.Trim('[', ']'), out var address))
        {
            return false;
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (MetadataAddresses.Contains(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)
            || address.IsIPv6LinkLocal || address.IsIPv6Multicast)
        {
            return true;
        }

        if (address.AddressFamily != AddressFamily.InterNetwork)
        {
            return false;
        }

        var bytes = address.GetAddressBytes();
        return bytes[0] is 0 or >= 224 || (bytes[0] == 169 && bytes[1] == 254);
    }
}
