using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace GlobalGateway.Contracts.Trust;

/// <summary>Who a fleet certificate belongs to: its URI name is <c>gg://fleet/region/role/name</c>.</summary>
public sealed partial record FleetIdentity(string Fleet, string Region, string Role, string Name)
{
    public string Uri => $"gg://{Fleet}/{Region}/{Role}/{Name}";

    /// <summary>Reads the one <c>gg://</c> URI name; several or none is no identity.</summary>
    public static bool TryRead(X509Certificate2 certificate, [NotNullWhen(true)] out FleetIdentity? identity)
    {
        identity = null;
        foreach (var extension in certificate.Extensions)
        {
            if (extension.Oid?.Value != "2.5.29.17")
            {
                continue;
            }

            foreach (var uri in UrisOf(extension.RawData))
            {
                if (!TryParse(uri, out var found))
                {
                    continue;
                }

                if (identity is not null)
                {
                    identity = null;
                    return false;
                }

                identity = found;
            }
        }

        return identity is not null;
    }

    public static bool TryParse(string uri, [NotNullWhen(true)] out FleetIdentity? identity)
    {
        var match = Pattern().Match(uri);
        identity = match.Success
            ? new FleetIdentity(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value, match.Groups[4].Value)
            : null;
        return match.Success;
    }

    public override string ToString() => Uri;

    private static List<string> UrisOf(byte[] subjectAlternativeName)
    {
        var uris = new List<string>();
        var uriTag = new Asn1Tag(TagClass.ContextSpecific, 6);
        try
        {
            var names = new AsnReader(subjectAlternativeName, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                if (names.PeekTag().HasSameClassAndValue(uriTag))
                {
                    uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, uriTag));
                }
                else
                {
                    names.ReadEncodedValue();
                }
            }
        }
        catch (AsnContentException)
        {
            uris.Clear();
        }

        return uris;
    }

    [GeneratedRegex(@"\Agg://([a-z0-9-]{1,63})/([a-z0-9-]{1,63})/([a-z0-9-]{1,63})/([a-z0-9-]{1,63})\z")]
    private static partial Regex Pattern();
}

/// <summary>The roles a fleet certificate can carry.</summary>
public static class FleetRole
{
    public const string Edge = "edge";
    public const string ControlPlane = "control-plane";
    public const string DnsAgent = "dns-agent";
}
