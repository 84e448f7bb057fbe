using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GlobalGateway.ControlPlane.Git;

/// <summary>Checks who sent a webhook before anything of it is looked at: HMAC-SHA256 of the body, as GitHub, Gitea and Forgejo send it.</summary>
public static class WebhookSignature
{
    public static readonly string[] Headers = ["X-Hub-Signature-256", "X-Gitea-Signature", "X-Forgejo-Signature"];

    private const string Prefix = "sha256=";
    private const int SecretLettersMin = 16;

    /// <param name="header">What one of <see cref="Headers"/> says.</param>
    /// <param name="secret">As its file holds it; a short one lets nobody in.</param>
    public static bool IsValid(string? header, ReadOnlySpan<byte> body, string secret)
    {
        var hex = header is not null && header.StartsWith(Prefix, StringComparison.Ordinal) ? header[Prefix.Length..] : header;
        if (secret.Length < SecretLettersMin || hex is not { Length: 64 } || !hex.All(char.IsAsciiHexDigit))
        {
            return false;
        }

        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        for (var index = 0; index < given.Length; index++)
        {
            given[index] = byte.Parse(hex.AsSpan(index * 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }

        return CryptographicOperations.FixedTimeEquals(given, HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
    }
}
