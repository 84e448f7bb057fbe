using System.Security.Cryptography;
using System.Text;
using GlobalGateway.Contracts.Trust;

namespace GlobalGateway.Contracts.Bundles;

/// <summary>
/// Bytes and the signature that says what they are for. Signed are type, format, key id, fleet, audience, sequence and
/// the payload's digest together, so that nothing signed for one purpose passes for another.
/// </summary>
public sealed record SignedDocument
{
    public required string Type { get; init; }
    public required int Format { get; init; }
    public required string KeyId { get; init; }
    public required string Fleet { get; init; }

    /// <summary>A cohort or region, or <see cref="BundleFormat.WholeFleet"/>.</summary>
    public required string Audience { get; init; }

    /// <summary>Rises with every document of its type.</summary>
    public required long Sequence { get; init; }

    public required byte[] Payload { get; init; }
    public required byte[] Signature { get; init; }

    public static SignedDocument Sign(SigningKey key, string type, string fleet, string audience, long sequence, byte[] payload)
    {
        var document = new SignedDocument
        {
            Type = type, Format = BundleFormat.Current, KeyId = key.Id, Fleet = fleet, Audience = audience, Sequence = sequence, Payload = payload, Signature = [],
        };
        return document with { Signature = key.Sign(document.SignedBytes()) };
    }

    /// <summary>Why the document must not be used here; absent when it may.</summary>
    public string? WhyNot(TrustedKeys keys, string type, string fleet, IEnumerable<string> audiences)
    {
        if (Type != type)
        {
            return $"it is signed as {Shown(Type)}, not as {type}";
        }

        if (!BundleFormat.Readable.Contains(Format))
        {
            return $"its format is {Format}; read here: {string.Join(", ", BundleFormat.Readable)}";
        }

        if (Fleet != fleet)
        {
            return $"it is for the fleet {Shown(Fleet)}";
        }

        if (!audiences.Contains(Audience))
        {
            return $"it is for {Shown(Audience)}, not for this edge";
        }

        if (Sequence < 1)
        {
            return "its sequence is below 1";
        }

        return keys.Verify(KeyId, SignedBytes(), Signature) ? null : $"no trusted key made its signature (key {Shown(KeyId)})";
    }

    public bool IsSignedBy(SigningKey key) => key.Verify(SignedBytes(), Signature);

    private static string Shown(string text) => text.Length <= 64 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '*' or '.') ? text : "another";

    // Each text has its length before it: no two documents have the same bytes.
    private byte[] SignedBytes()
    {
        var text = new StringBuilder("globalgateway signed document\n");
        foreach (var part in (string[])[Type, KeyId, Fleet, Audience])
        {
            text.Append(part.Length).Append(':').Append(part).Append('\n');
        }

        text.Append(Format).Append('\n').Append(Sequence).Append('\n').Append(Convert.ToHexStringLower(SHA256.HashData(Payload)));
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}

/// <summary>What a signed document can be.</summary>
public static class SignedType
{
    public const string Manifest = "manifest";
    public const string Pointer = "pointer";
    public const string Revocations = "revocations";
}
