using System.Security.Cryptography;

namespace GlobalGateway.Contracts.Trust;

/// <summary>The public keys an installer placed in a folder as <c>KEYID.pem</c>; read again at each use, so a rotation needs no restart.</summary>
public sealed class TrustedKeys(string directory)
{
    private const long KeyBytesMax = 16 * 1024;

    /// <summary>Two keys are trusted during a rotation; more than these in the folder are not told.</summary>
    public const int IdsMax = 16;

    /// <summary>The names of the keys in the folder, in order; whether they can be read shows when they are used.</summary>
    public IReadOnlyList<string> Ids() => !Directory.Exists(directory) ? [] :
    [
        .. Directory.EnumerateFiles(directory, "*.pem").Select(path => Path.GetFileNameWithoutExtension(path)).Where(IsId).Order(StringComparer.Ordinal).Take(IdsMax),
    ];

    /// <summary>Whether the named key is trusted here and made this signature.</summary>
    public bool Verify(string keyId, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        // The id becomes a file name: nothing but the digits that SigningKey.Id is made of.
        if (!IsId(keyId))
        {
            return false;
        }

        var file = new FileInfo(Path.Combine(directory, keyId + ".pem"));
        if (!file.Exists || file.Length > KeyBytesMax)
        {
            return false;
        }

        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(file.FullName));
            return key.KeySize == 256 && SigningKey.IdOf(key) == keyId && key.VerifyData(data, signature, HashAlgorithmName.SHA256);
        }
        catch (Exception problem) when (problem is ArgumentException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsId(string text) => text.Length == 16 && text.All(char.IsAsciiHexDigitLower);
}
