using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Values;

namespace GlobalGateway.Contracts.Resources;

/// <summary>Somebody who serves models or an API: where it is, how to call it, and how patient to be.</summary>
public sealed record Provider : Resource
{
    public required ProviderFormat Format { get; init; }

    public required IReadOnlyList<ProviderEndpoint> Endpoints { get; init; }

    /// <summary>Keys in order of use; empty where the provider needs none.</summary>
    public IReadOnlyList<Credential> Credentials { get; init; } = [];

    public Timeouts Timeouts { get; init; } = new();

    public CircuitBreaker CircuitBreaker { get; init; } = new();

    public Bulkhead Bulkhead { get; init; } = new();

    public Retry Retry { get; init; } = new();

    public HealthProbe? Health { get; init; }
}

/// <summary>The wire format a provider speaks.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ProviderFormat>))]
public enum ProviderFormat
{
    [JsonStringEnumMemberName("openai")] OpenAI,
    [JsonStringEnumMemberName("azure-openai")] AzureOpenAI,
    Anthropic,
    Gemini,
    Http,
}

/// <summary>One base URL of a provider.</summary>
public sealed record ProviderEndpoint
{
    /// <summary>Unique within the provider; a DNS label.</summary>
    public required string Name { get; init; }

    /// <summary>Absolute http or https URL without query or user information.</summary>
    public required string Url { get; init; }

    /// <summary>The region the endpoint is near to; absent means all.</summary>
    public string? Region { get; init; }

    /// <summary>Share among the endpoints, 0 to 10,000.</summary>
    public int Weight { get; init; } = 100;

    /// <summary>Azure only: a dated <c>api-version</c> uses deployment paths; absent uses the v1 paths.</summary>
    public string? ApiVersion { get; init; }
}

/// <summary>Where an edge finds a secret; never the secret itself. Exactly one source is set.</summary>
public sealed record Credential
{
    public required string Name { get; init; }

    /// <summary>An environment variable of the edge; its name starts with <c>GG_SECRET_</c>.</summary>
    public string? FromEnv { get; init; }

    /// <summary>A file below the edge's <c>secretsRoot</c>, relative, re-read when it changes.</summary>
    public string? FromFile { get; init; }

    /// <summary>How the secret is presented.</summary>
    public CredentialScheme Scheme { get; init; }
}

/// <summary>The header that carries a secret.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<CredentialScheme>))]
public enum CredentialScheme
{
    /// <summary>In the header that the vendor has for its keys.</summary>
    Key,

    /// <summary>As <c>authorization: Bearer</c>, as Azure takes tokens of Entra ID.</summary>
    Bearer,
}

/// <summary>How long each phase of a call may take; zero means no limit.</summary>
public sealed record Timeouts
{
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Until the first meaningful event of a stream, or the response headers of any other call.</summary>
    public TimeSpan FirstToken { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Between two meaningful events of a stream.</summary>
    public TimeSpan InterToken { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Total { get; init; } = TimeSpan.Zero;
}

/// <summary>When calls to a failing target are stopped, and for how long.</summary>
public sealed record CircuitBreaker
{
    /// <summary>Above 0, at most 1.</summary>
    [JsonConverter(typeof(ShareConverter))]
    public double FailureRatio { get; init; } = 0.5;

    /// <summary>At least 2.</summary>
    public int MinimumRequests { get; init; } = 20;

    /// <summary>At least 500 ms.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>500 ms to 1 day.</summary>
    public TimeSpan BreakFor { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>How many calls one provider may have in flight from one edge.</summary>
public sealed record Bulkhead
{
    /// <summary><c>adaptive</c> shrinks when the provider is overloaded and grows back to <see cref="Max"/>; <c>fixed</c> is <see cref="Max"/>.</summary>
    public BulkheadConcurrency Concurrency { get; init; } = BulkheadConcurrency.Fixed;

    /// <summary>1 to 100,000.</summary>
    public int Max { get; init; } = 512;

    /// <summary>How many more may wait, 0 to 100,000.</summary>
    public int Queue { get; init; } = 128;
}

[JsonConverter(typeof(CamelCaseEnumConverter<BulkheadConcurrency>))]
public enum BulkheadConcurrency
{
    Fixed,
    Adaptive,
}

/// <summary>How much a failing provider may be repeated.</summary>
public sealed record Retry
{
    /// <summary>Share of requests that may be repeats, 0 to 1; written <c>10%</c>.</summary>
    [JsonConverter(typeof(ShareConverter))]
    public double Budget { get; init; } = 0.10;

    /// <summary>1 to 5.</summary>
    public int AttemptsPerTarget { get; init; } = 2;
}

/// <summary>How an endpoint is probed while it has no traffic.</summary>
public sealed record HealthProbe
{
    /// <summary>A path below the endpoint's URL.</summary>
    public required string Probe { get; init; }

    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(10);
}
