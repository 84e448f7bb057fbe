using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace GlobalGateway.Cli.Keys;

/// <summary>A new client key: 256 random bits, and the digest that is written down in its place.</summary>
internal readonly record struct ClientKeyText(string Key, string Sha256)
{
    private const string Prefix = "gg-";

    public static ClientKeyText New()
    {
        var key = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return new ClientKeyText(key, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))));
    }
}
