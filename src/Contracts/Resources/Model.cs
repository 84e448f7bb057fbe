using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Values;

namespace GlobalGateway.Contracts.Resources;

/// <summary>A public model name and the provider models that may answer for it.</summary>
public sealed record Model : Resource
{
    public static readonly TimeSpan KeepAliveAfterDefault = TimeSpan.FromSeconds(25);
    public const int MinOutputTokensDefault = 256;

    /// <summary>Other names clients may send; free text such as <c>gpt-4o-mini</c>, unique over all models.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    public Strategy Strategy { get; init; } = Strategy.Latency;

    public required IReadOnlyList<ModelTarget> Targets { get; init; }

    /// <summary>Other models, in order, when no target serves.</summary>
    public IReadOnlyList<string> Fallbacks { get; init; } = [];

    /// <summary>Other models for a prompt that is too long.</summary>
    public IReadOnlyList<string> ContextFallbacks { get; init; } = [];

    /// <summary>Other models for a provider's content filter.</summary>
    public IReadOnlyList<string> ContentFallbacks { get; init; } = [];

    public Affinity Affinity { get; init; } = Affinity.Conversation;

    /// <summary>A conversation leaves its target when that is more than this many times slower than the best; 1 to 100.</summary>
    public int AffinitySlowerMax { get; init; } = 2;

    public Hedging? Hedging { get; init; }

    /// <summary>Whether a stream that breaks off is taken up by another target, where that takes an assistant's text to go on from.</summary>
    public bool Continuation { get; init; }

    /// <summary>After this long without a first token a stream's client gets keep-alives, so that it waits on; zero: never.</summary>
    public TimeSpan KeepAliveAfter { get; init; } = KeepAliveAfterDefault;

    /// <summary>Whether an empty answer with a proper stop is tried again elsewhere.</summary>
    public bool RetryEmptyAnswer { get; init; }

    /// <summary>The shortest answer worth paying for, 1 to 1,000,000 tokens: a request whose budget affords less is refused, not cut shorter.</summary>
    public int MinOutputTokens { get; init; } = MinOutputTokensDefault;

    /// <summary>Absent: none is fetched, and an address that a target does not take is a 400.</summary>
    public RemoteFiles? RemoteFiles { get; init; }
}

/// <summary>Which pictures and documents the gateway fetches for targets that take only their bytes.</summary>
public sealed record RemoteFiles
{
    /// <summary>Names, or <c>*.example.com</c> for all below one; https only, and never an address that is not public.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Of all files of one request together, 1 byte to 64 MiB.</summary>
    public long MaxBytes { get; init; } = 20 * 1024 * 1024;

    /// <summary>For each file, redirects included, 100 ms to 1 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>How one of several targets is chosen.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<Strategy>))]
public enum Strategy
{
    Latency,
    LeastRequests,
    RoundRobin,
    WeightedRoundRobin,
    IpHash,
    Cost,
    Priority,
}

[JsonConverter(typeof(CamelCaseEnumConverter<Affinity>))]
public enum Affinity
{
    Conversation,
    None,
    Tenant,
}

/// <summary>One upstream model of one provider.</summary>
public sealed record ModelTarget
{
    public required string Provider { get; init; }

    /// <summary>The name (for Azure, the deployment) sent upstream.</summary>
    public required string Model { get; init; }

    /// <summary>0 to 10,000.</summary>
    public int Weight { get; init; } = 100;

    /// <summary>For <see cref="Strategy.Priority"/>: lower first, 0 to 1,000.</summary>
    public int Priority { get; init; }

    public Prices Prices { get; init; } = new();

    public Capabilities Capabilities { get; init; } = new();

    /// <summary>Instead of the provider's.</summary>
    public TargetTimeouts? Timeouts { get; init; }
}

/// <summary>What one target takes instead of its provider's time limits; absent fields keep the provider's.</summary>
public sealed record TargetTimeouts
{
    public TimeSpan? FirstToken { get; init; }
    public TimeSpan? InterToken { get; init; }
    public TimeSpan? Total { get; init; }

    public Timeouts Over(Timeouts provider) => provider with
    {
        FirstToken = FirstToken ?? provider.FirstToken,
        InterToken = InterToken ?? provider.InterToken,
        Total = Total ?? provider.Total,
    };
}

/// <summary>Dollars per million tokens of each count, and per request.</summary>
public sealed record Prices
{
    public NanoDollars Input { get; init; }

    /// <summary>Prompt read from the provider's cache. Absent: as <see cref="Input"/>.</summary>
    public NanoDollars? CachedInput { get; init; }

    /// <summary>Prompt written to the provider's cache for five minutes. Absent: as <see cref="Input"/>.</summary>
    public NanoDollars? CacheWrite { get; init; }

    /// <summary>The same for one hour. Absent: as <see cref="CacheWrite"/>.</summary>
    public NanoDollars? CacheWriteLong { get; init; }

    /// <summary>The answer, and its reasoning where that has no price of its own.</summary>
    public NanoDollars Output { get; init; }

    /// <summary>Absent: as <see cref="Output"/>.</summary>
    public NanoDollars? Reasoning { get; init; }

    /// <summary>Dollars for each answer, whatever its length.</summary>
    public NanoDollars Request { get; init; }
}

/// <summary>What an upstream model takes, declared rather than guessed from its name.</summary>
public sealed record Capabilities
{
    /// <summary>Which APIs the target serves; empty means those its format implies.</summary>
    public IReadOnlyList<ModelApi> Api { get; init; } = [];

    /// <summary>Context window in tokens; 0 means not stated.</summary>
    public long Context { get; init; }

    /// <summary>Output limit in tokens; 0 means not stated.</summary>
    public long MaxOutput { get; init; }

    public bool Tools { get; init; } = true;
    public bool Images { get; init; } = true;
    public SchemaSupport Schema { get; init; } = SchemaSupport.Native;
    public bool Prefill { get; init; }
    public ReasoningSupport Reasoning { get; init; } = ReasoningSupport.None;

    /// <summary>Takes <c>stream_options</c>, by which chat streams report usage.</summary>
    public bool StreamOptions { get; init; } = true;

    /// <summary>Takes temperature, top_p and their like. Absent: unless it reasons by effort, as OpenAI's reasoning models refuse them.</summary>
    public bool? Sampling { get; init; }

    /// <summary>Gives the probabilities of tokens. Absent: where the format is OpenAI's.</summary>
    public bool? LogProbs { get; init; }

    /// <summary>Where chat completions state the output limit. Absent: <c>maxCompletionTokens</c> when it reasons, else <c>maxTokens</c>.</summary>
    public OutputLimitField? OutputLimitField { get; init; }

    /// <summary><see cref="Sampling"/> with its default.</summary>
    [JsonIgnore]
    public bool TakesSampling => Sampling ?? Reasoning != ReasoningSupport.Effort;
}

[JsonConverter(typeof(CamelCaseEnumConverter<OutputLimitField>))]
public enum OutputLimitField
{
    MaxTokens,
    MaxCompletionTokens,
}

[JsonConverter(typeof(CamelCaseEnumConverter<ModelApi>))]
public enum ModelApi
{
    Chat,
    Responses,
    Embeddings,
    Messages,
}

[JsonConverter(typeof(CamelCaseEnumConverter<SchemaSupport>))]
public enum SchemaSupport
{
    Native,
    Tool,
    None,
}

[JsonConverter(typeof(CamelCaseEnumConverter<ReasoningSupport>))]
public enum ReasoningSupport
{
    None,
    Effort,
    Budget,
}

/// <summary>A second call before the first token when the first call is slow.</summary>
public sealed record Hedging
{
    /// <summary>A latency percentile (<c>p50</c> to <c>p99</c>) of the target's own first tokens.</summary>
    public string After { get; init; } = "p95";

    /// <summary>Share of requests, 0 to 2 %.</summary>
    [JsonConverter(typeof(ShareConverter))]
    public double Max { get; init; } = 0.02;
}
