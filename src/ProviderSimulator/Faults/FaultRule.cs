using System.Text.Json;
using System.Text.Json.Serialization;

namespace GlobalGateway.ProviderSimulator.Faults;

/// <summary>When a fault happens: which requests match, and on which of them it fires.</summary>
public sealed record FaultRule
{
    public string? Id { get; init; }
    public string? Provider { get; init; }
    public string? Model { get; init; }
    public string? Endpoint { get; init; }

    /// <summary>Only prompts with this text; keeps tests that run side by side apart.</summary>
    public string? PromptContains { get; init; }

    /// <summary>Only requests whose key has this SHA-256 (hex).</summary>
    public string? KeySha256 { get; init; }

    /// <summary>Which matching requests it fires on, counted from 1 per rule: a list, or <c>{"from":2,"to":4}</c>. Absent means all.</summary>
    public JsonElement? Attempts { get; init; }

    /// <summary>At most so many firings.</summary>
    public int? Count { get; init; }

    /// <summary>Share of matching requests it fires on, drawn from <see cref="Seed"/>. Default 1.</summary>
    public double Probability { get; init; } = 1;

    public ulong Seed { get; init; } = 1;

    public required Fault Fault { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<FaultType>))]
public enum FaultType
{
    Status, ResetBeforeHeaders, CloseOnReuse, Silence, SlowHeaders, SlowFirstToken, CutStream, StallStream, MalformedEvent, MissingTerminator,
    KeepAliveOnly, HalfOpen, ErrorEvent, JsonError, HtmlBody, EmptyBody, GzipBody,
}

/// <summary>What goes wrong; docs/simulator.md says which fields each type reads.</summary>
public sealed record Fault
{
    public const int DurationMsMax = 3_600_000;
    public const int DurationMsDefault = 600_000;

    public required FaultType Type { get; init; }

    /// <summary>Status code of <c>status</c>; default 500.</summary>
    public int Status { get; init; } = 500;

    /// <summary>Sent as the Retry-After header as it stands.</summary>
    public string? RetryAfter { get; init; }

    public Dictionary<string, string>? Headers { get; init; }

    /// <summary>A string is sent as it is, anything else as JSON; absent is the vendor's own body.</summary>
    public JsonElement? Body { get; init; }

    public string? ContentType { get; init; }

    /// <summary>Encodes the body of <c>status</c> and <c>jsonError</c> too.</summary>
    public bool Gzip { get; init; }

    public int DelayMs { get; init; } = 1000;

    /// <summary>How long silence, stalls and half-open sockets last before the connection is dropped. Default 10 min.</summary>
    public int DurationMs { get; init; } = DurationMsDefault;

    /// <summary>Stream events sent before it happens.</summary>
    public int? AfterEvents { get; init; }

    /// <summary>Events with content sent before it happens; 0 is just before the first. Default 1.</summary>
    public int? AfterContentEvents { get; init; }

    /// <summary>Whether a stalled stream still sends keep-alives.</summary>
    public bool KeepAlive { get; init; }

    public int IntervalMs { get; init; } = 100;

    /// <summary>Ends the connection with RST where the default is FIN.</summary>
    public bool Reset { get; init; }
}
