using System.Security.Cryptography;
using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Canonical;

/// <summary>The identity of a configuration: SHA-256 over its canonical resources, so equal meaning has an equal hash.</summary>
public static class ContentHash
{
    /// <summary>How many digits people are shown.</summary>
    public const int RevisionDigits = 7;

    public static string Of(ResourceSet resources) => Of(resources.All().Select(CanonicalJson.Write));

    /// <summary>Over canonical lines in the order of <see cref="ResourceSet.All"/>.</summary>
    public static string Of(IEnumerable<byte[]> lines)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in lines)
        {
            hash.AppendData(line);
            hash.AppendData("\n"u8);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static string Revision(string contentHash) => contentHash[..RevisionDigits];
}
