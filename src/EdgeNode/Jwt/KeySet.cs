using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace GlobalGateway.EdgeNode.Jwt;

/// <summary>The public keys of an issuer, from its JWKS; symmetric, short, encrypting and unknown keys are left out.</summary>
public sealed class KeySet
{
    private readonly List<SecurityKey> _keys;

    private KeySet(List<SecurityKey> keys) => _keys = keys;

    public int Count => _keys.Count;

    /// <summary>The keys a token may be signed with: the one it names, or all where it names none.</summary>
    public IReadOnlyList<SecurityKey> For(string? keyId) => string.IsNullOrEmpty(keyId) ? _keys : _keys.FindAll(key => key.KeyId == keyId);

    /// <exception cref="JsonException">The text is no JWKS, or has no key that can be used.</exception>
    public static KeySet Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException("it has no list of keys");
        }

        var keys = list.EnumerateArray().Take(JwtLimits.KeysMax).Select(Key).OfType<SecurityKey>().ToList();
        return keys.Count > 0 ? new KeySet(keys) : throw new JsonException("it has no key that can be used");
    }

    private static AsymmetricSecurityKey? Key(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object || Text(key, "use") is { } use && use != "sig")
        {
            return null;
        }

        try
        {
            AsymmetricSecurityKey? made = Text(key, "kty") switch
            {
                "RSA" => Rsa(key),
                "EC" => Ec(key),
                _ => null,
            };

            // The library's own cache knows verifiers by the key's name, which another issuer, or the same one later, may give to another key.
            made?.CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false };
            return made;
        }
        catch (Exception problem) when (problem is CryptographicException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static RsaSecurityKey? Rsa(JsonElement key)
    {
        var parameters = new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") };
        return parameters.Modulus.Length * 8 >= JwtLimits.RsaBitsMin ? new RsaSecurityKey(RSA.Create(parameters)) { KeyId = Text(key, "kid") } : null;
    }

    private static ECDsaSecurityKey? Ec(JsonElement key)
    {
        ECCurve? curve = Text(key, "crv") switch
        {
            "P-256" => ECCurve.NamedCurves.nistP256,
            "P-384" => ECCurve.NamedCurves.nistP384,
            "P-521" => ECCurve.NamedCurves.nistP521,
            _ => null,
        };
        return curve is null ? null : new ECDsaSecurityKey(ECDsa.Create(new ECParameters { Curve = curve.Value, Q = { X = Bytes(key, "x"), Y = Bytes(key, "y") } })) { KeyId = Text(key, "kid") };
    }

    private static string? Text(JsonElement key, string name) => key.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[] Bytes(JsonElement key, string name) => Base64Url.DecodeFromChars(Text(key, name) ?? throw new FormatException($"{name} is missing"));
}
