using System.Security.Cryptography;

namespace GlobalGateway.Contracts.Trust;

/// <summary>An ECDSA P-256 key that signs what edges are told; its id is taken from its public half.</summary>
/// <example>
/// <code>
/// using var key = SigningKey.OpenOrCreate(".gg/control-plane/signing.key");
/// key.WritePublic(".gg/trust");   // .gg/trust/KEYID.pem: the edge option trustKeys names this folder
/// </code>
/// </example>
public sealed class SigningKey : IDisposable
{
    private readonly ECDsa _key;
    private readonly Lock _gate = new();

    private SigningKey(ECDsa key)
    {
        _key = key;
        Id = IdOf(key);
    }

    /// <summary>The first 16 hex digits of the SHA-256 of the public key.</summary>
    public string Id { get; }

    public static SigningKey OpenOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            using var created = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            PrivateFile.Write(path, created.ExportPkcs8PrivateKeyPem());
        }

        return Open(path);
    }

    public static SigningKey Open(string path)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(path));
        return new SigningKey(key);
    }

    /// <summary>Writes <c>KEYID.pem</c> into a folder of trusted keys.</summary>
    public void WritePublic(string directory) =>
        PrivateFile.Write(Path.Combine(directory, Id + ".pem"), _key.ExportSubjectPublicKeyInfoPem());

    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            return _key.SignData(data, HashAlgorithmName.SHA256);
        }
    }

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        lock (_gate)
        {
            return _key.VerifyData(data, signature, HashAlgorithmName.SHA256);
        }
    }

    public void Dispose() => _key.Dispose();

    internal static string IdOf(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16];
}
