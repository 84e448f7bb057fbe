using System.Security.Cryptography;
using System.Text;

namespace GlobalGateway.Contracts.Trust;

/// <summary>The bearer token of an operator's API, from a file that is read again at each use, so that it can be replaced while running. Without a file nobody is let in.</summary>
public sealed class AdminToken(string? path)
{
    /// <summary>A shorter one could be guessed; then nobody is let in.</summary>
    public const int LettersMin = 16;

    private const string Scheme = "Bearer ";

    public bool Accepts(string? authorization)
    {
        if (path is null || authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        string token;
        try
        {
            token = File.ReadAllText(path).Trim();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        // Digests have one length: the comparison tells nothing about the token's.
        return token.Length >= LettersMin && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(token)),
            SHA256.HashData(Encoding.UTF8.GetBytes(authorization[Scheme.Length..].Trim())));
    }
}
