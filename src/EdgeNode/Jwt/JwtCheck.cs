using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.EdgeNode.Tenancy;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace GlobalGateway.EdgeNode.Jwt;

/// <summary>
/// Decides whose a token is: algorithm, signature, issuer, audience and time are checked, then a claim says the tenant. Algorithms are pinned:
/// a token that says <c>none</c> or names a secret-key algorithm is refused before any key is looked at.
/// </summary>
public sealed class JwtCheck(JwtKeys keys)
{
    private static readonly HashSet<string> Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = JwtLimits.TokenLettersMax };

    /// <summary>The token's client and until when that holds, or why there is none.</summary>
    /// <param name="now">As the bundle judges time.</param>
    public async Task<(ClientIdentity? Client, DateTimeOffset Until, GatewayError Refusal)> RunAsync(GatewaySnapshot snapshot, string text, DateTimeOffset now, CancellationToken cancel)
    {
        if (Read(text) is not { } token || !Algorithms.Contains(token.Algorithm ?? "") || !snapshot.Keys.Tokens.Issuers.TryGetValue(token.Issuer ?? "", out var tenants))
        {
            return Refused(GatewayError.WrongToken());
        }

        var url = tenants[0].JwksUrl;
        var issuer = keys.Of(tenants[0].Issuer, url);
        if (issuer.Current?.For(token.Kid) is not { Count: > 0 })
        {
            await keys.AskAsync(issuer, cancel);
        }

        if (issuer.Current is not { } held)
        {
            return Refused(GatewayError.TokenKeysMissing());
        }

        var result = Validate(text, new TokenValidationParameters
        {
            ValidIssuer = tenants[0].Issuer,
            ValidAudiences = tenants.Select(tenant => tenant.Audience),
            IssuerSigningKeys = held.For(token.Kid),
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            LifetimeValidator = (from, until, _, _) => (from is not { } start || now + JwtLimits.ClockSkew >= start) && until is { } end && now < end + JwtLimits.ClockSkew,
        });
        if (!result.IsValid)
        {
            return Refused(result.Exception is SecurityTokenInvalidLifetimeException ? GatewayError.TokenExpired() : GatewayError.WrongToken());
        }

        var whose = Array.Find(tenants, tenant => token.Audiences.Contains(tenant.Audience) && token.Claims.Contains((tenant.Claim, tenant.Value)));
        return whose is null ? Refused(GatewayError.TokenOfNobody()) : (whose.Client, new DateTimeOffset(DateTime.SpecifyKind(token.ValidTo, DateTimeKind.Utc)) + JwtLimits.ClockSkew, default);
    }

    private static TokenValidationResult Validate(string text, TokenValidationParameters parameters)
    {
        try
        {
            return Handler.ValidateToken(text, parameters);
        }
        catch (Exception problem)
        {
            return new TokenValidationResult { IsValid = false, Exception = problem };
        }
    }

    private static ReadToken? Read(string text)
    {
        try
        {
            if (text.Length > JwtLimits.TokenLettersMax)
            {
                return null;
            }

            // All is read here, because reading a field that is of another kind throws, too.
            var token = new JsonWebToken(text);
            return token.ValidTo == default ? null : new ReadToken(token.Alg, token.Kid, token.Issuer, [.. token.Audiences], [.. token.Claims.Select(claim => (claim.Type, claim.Value))], token.ValidTo);
        }
        catch (Exception)
        {
            // Whatever a stranger sends in place of a token is none.
            return null;
        }
    }

    private sealed record ReadToken(string? Algorithm, string? Kid, string? Issuer, IReadOnlyList<string> Audiences, IReadOnlyList<(string Type, string Value)> Claims, DateTime ValidTo);

    private static (ClientIdentity?, DateTimeOffset, GatewayError) Refused(GatewayError why) => (null, default, why);
}
