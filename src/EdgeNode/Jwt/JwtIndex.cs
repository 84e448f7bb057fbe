using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Runtime.InteropServices;
using GlobalGateway.EdgeNode.Tenancy;

namespace GlobalGateway.EdgeNode.Jwt;

/// <summary>The issuers whose tokens a bundle takes, and the tokens that were checked under it.</summary>
public sealed class JwtIndex(IEnumerable<JwtTenant> tenants)
{
    public static readonly JwtIndex None = new([]);

    private readonly ConcurrentDictionary<TokenHash, CheckedToken> _checked = new();

    public FrozenDictionary<string, JwtTenant[]> Issuers { get; } =
        tenants.GroupBy(tenant => tenant.Issuer, StringComparer.Ordinal).ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);

    /// <summary>Whether a presented key can be a token of these issuers: three parts, the first a JSON object in Base64.</summary>
    public bool MayTake(ReadOnlySpan<char> key) => Issuers.Count > 0 && key.StartsWith("ey", StringComparison.Ordinal) && key.Count('.') == 2;

    /// <summary>Whose a token is that was checked already and has not expired.</summary>
    public ClientIdentity? Find(ReadOnlySpan<byte> hash, DateTimeOffset now) =>
        _checked.TryGetValue(new TokenHash(hash), out var token) && now < token.Until ? token.Client : null;

    public void Remember(ReadOnlySpan<byte> hash, ClientIdentity client, DateTimeOffset until, DateTimeOffset now)
    {
        if (_checked.Count >= JwtLimits.TokensKept)
        {
            foreach (var (expired, token) in _checked)
            {
                if (now >= token.Until)
                {
                    _checked.TryRemove(expired, out _);
                }
            }
        }

        // A full memory costs time, never an answer: the token is checked again.
        if (_checked.Count < JwtLimits.TokensKept)
        {
            _checked[new TokenHash(hash)] = new CheckedToken(client, until);
        }
    }

    private readonly record struct CheckedToken(ClientIdentity Client, DateTimeOffset Until);

    /// <summary>A SHA-256; nobody can make a token that meets another's.</summary>
    private readonly record struct TokenHash
    {
        private readonly (ulong, ulong, ulong, ulong) _parts;

        public TokenHash(ReadOnlySpan<byte> hash) => _parts = MemoryMarshal.Read<(ulong, ulong, ulong, ulong)>(hash);
    }
}

/// <summary>Whose tokens of an issuer are which tenant's.</summary>
/// <param name="JwksUrl">Where the issuer's keys are; absent, where its own discovery document says.</param>
public sealed record JwtTenant(string Issuer, string? JwksUrl, string Audience, string Claim, string Value, ClientIdentity Client);
