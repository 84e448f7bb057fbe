using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Values;

namespace GlobalGateway.Contracts.Resources;

/// <summary>A customer of the gateway: its keys and what it may use.</summary>
public sealed record Tenant : Resource
{
    public Tier Tier { get; init; } = Tier.P1;

    /// <summary>Model names or patterns with <c>*</c>; empty allows none.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Route names or patterns with <c>*</c>.</summary>
    public IReadOnlyList<string> Routes { get; init; } = ["*"];

    public IReadOnlyList<ClientKey> Keys { get; init; } = [];

    public JwtIssuer? Jwt { get; init; }

    public UnknownParameters UnknownParameters { get; init; } = UnknownParameters.Drop;

    /// <summary>Edges keep the shapes of a few of its requests, to try a change of the configuration on.</summary>
    public bool RecordShapes { get; init; } = true;
}

/// <summary>Who is shed first: P2 before P1 before P0.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Tier>))]
public enum Tier
{
    P0,
    P1,
    P2,
}

[JsonConverter(typeof(CamelCaseEnumConverter<UnknownParameters>))]
public enum UnknownParameters
{
    Drop,
    Reject,
}

/// <summary>A client key as its SHA-256; valid from <see cref="NotBefore"/> until before <see cref="NotAfter"/>.</summary>
public sealed record ClientKey
{
    public required string Name { get; init; }

    /// <summary>64 lower-case hex digits.</summary>
    public required string Sha256 { get; init; }

    public DateTimeOffset? NotBefore { get; init; }
    public DateTimeOffset? NotAfter { get; init; }
    public string? Team { get; init; }
}

/// <summary>Tokens of an issuer that count as this tenant's keys.</summary>
public sealed record JwtIssuer
{
    public required string Issuer { get; init; }

    /// <summary>Where the issuer's keys are; absent, its own discovery document says where on its own host.</summary>
    public string? JwksUrl { get; init; }

    public required string Audience { get; init; }
    public required string Claim { get; init; }
    public required string Value { get; init; }
}
