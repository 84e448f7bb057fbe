using System.Text.Json;
using System.Text.Json.Serialization;
using GlobalGateway.ProviderSimulator.Admin;

namespace GlobalGateway.ProviderSimulator.Faults;

/// <summary>When a fault happens: which requests match, and on which of them it fires.</summary>
// Settable, because the generated reader gives init-only properties of absent fields their type's default and not the one written here.
public sealed record FaultRule
{
    public string? Id { get; set; }
    public string? Provider { get; set; }
    public string? Model { get; set; }
    public string? Endpoint { get; set; }

    /// <summary>Only prompts with this text; keeps tests that run side by side apart.</summary>
    public string? PromptContains { get; set; }

    /// <summary>Only requests whose key has this SHA-256 (hex).</summary>
    public string? KeySha256 { get; set; }

    /// <summary>Which matching requests it fires on, counted from 1 per rule: a list, or <c>{"from":2,"to":4}</c>. Absent means all.</summary>
    public JsonElement? Attempts { get; set; }

    /// <summary>At most so many firings.</summary>
    public int? Count { get; set; }

    /// <summary>Share of matching requests it fires on, drawn from <see cref="Seed"/>. Default 1.</summary>
    public double Probability { get; set; } = 1;

    public ulong Seed { get; set; } = 1;

    public required Fault Fault { get; set; }
}

[JsonConverter(typeof(CamelCaseEnumConverter<FaultType>))]
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

    public required FaultType Type { get; set; }

    /// <summary>Status code of <c>status</c>; default 500.</summary>
    public int Status { get; set; } = 500;

    /// <summary>Sent as the Retry-After header as it stands.</summary>
    public string? RetryAfter { get; set; }

    public Dictionary<string, string>? Headers { get; set; }

    /// <summary>A string is sent as it is, anything else as JSON; absent is the vendor's own body.</summary>
    public JsonElement? Body { get; set; }

    public string? ContentType { get; set; }

    /// <summary>Encodes the body of <c>status</c> and <c>jsonError</c> too.</summary>
    public bool Gzip { get; set; }

    public int DelayMs { get; set; } = 1000;

    /// <summary>How long silence, stalls and half-open sockets last before the connection is dropped. Default 10 min.</summary>
    public int DurationMs { get; set; } = DurationMsDefault;

    /// <summary>Stream events sent before it happens.</summary>
    public int? AfterEvents { get; set; }

    /// <summary>Events with content sent before it happens; 0 is just before the first. Default 1.</summary>
    public int? AfterContentEvents { get; set; }

    /// <summary>After everything but what says that the stream is whole, whatever the counts say.</summary>
    public bool BeforeTerminator { get; set; }

    /// <summary>Whether a stalled stream still sends keep-alives.</summary>
    public bool KeepAlive { get; set; }

    public int IntervalMs { get; set; } = 100;

    /// <summary>Ends the connection with RST where the default is FIN.</summary>
    public bool Reset { get; set; }
}
