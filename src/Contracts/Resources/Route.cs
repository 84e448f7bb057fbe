using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Values;

namespace GlobalGateway.Contracts.Resources;

/// <summary>Any other HTTP service behind the same tenancy, limits and strategies.</summary>
public sealed record Route : Resource
{
    public required RouteMatch Match { get; init; }
    public required RouteService Service { get; init; }
    public IReadOnlyList<RouteTransform> Transforms { get; init; } = [];
    public RouteTimeouts Timeouts { get; init; } = new();
    public RouteCost Cost { get; init; } = new();
    public CircuitBreaker CircuitBreaker { get; init; } = new();
    public Bulkhead Bulkhead { get; init; } = new();
}

/// <summary>Which requests a route takes; all stated parts must match.</summary>
public sealed record RouteMatch
{
    /// <summary>An absolute path; a last segment <c>**</c> takes everything below.</summary>
    public required string Path { get; init; }

    public string? Host { get; init; }

    /// <summary>Upper-case HTTP methods; empty takes all.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    public IReadOnlyList<NameValue> Headers { get; init; } = [];
    public IReadOnlyList<NameValue> Query { get; init; } = [];
}

/// <summary>A header or query parameter; without a value, its presence.</summary>
public sealed record NameValue
{
    public required string Name { get; init; }
    public string? Value { get; init; }
}

/// <summary>Where a route's requests go.</summary>
public sealed record RouteService
{
    public required IReadOnlyList<ServiceEndpoint> Endpoints { get; init; }
    public Strategy Strategy { get; init; } = Strategy.LeastRequests;
    public IReadOnlyList<Credential> Credentials { get; init; } = [];
}

public sealed record ServiceEndpoint
{
    public required string Url { get; init; }
    public string? Region { get; init; }
    public int Weight { get; init; } = 100;
    public int Priority { get; init; }
}

/// <summary>One change to the request or answer; exactly one member is set.</summary>
public sealed record RouteTransform
{
    public NameValue? SetRequestHeader { get; init; }
    public string? RemoveRequestHeader { get; init; }
    public NameValue? SetResponseHeader { get; init; }
    public string? RemoveResponseHeader { get; init; }
    public string? PathPrefix { get; init; }
    public string? PathRemovePrefix { get; init; }
}

public sealed record RouteTimeouts
{
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(2);
    public TimeSpan Total { get; init; } = TimeSpan.FromSeconds(30);
}

public sealed record RouteCost
{
    public NanoDollars PerRequest { get; init; }
}
