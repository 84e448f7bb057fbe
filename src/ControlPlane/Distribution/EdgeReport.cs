using System.Text.Json;
using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Fleet;

namespace GlobalGateway.ControlPlane.Distribution;

/// <summary>What an edge has said of itself, as the control plane that holds its stream passes it on. It carries ages, never times: clocks differ.</summary>
public sealed record EdgeReport
{
    public required string Region { get; init; }
    public required string Name { get; init; }

    /// <summary>Whether the stream is open.</summary>
    public bool Connected { get; init; }

    /// <summary>Whether it ended with a goodbye.</summary>
    public bool LeftByItself { get; init; }

    /// <summary>Since the edge was last heard, when this was written.</summary>
    public long AgeMs { get; init; }

    /// <summary>Of the process; another one is a restart.</summary>
    public string Boot { get; init; } = "";

    /// <summary>The bundle formats it reads.</summary>
    public IReadOnlyList<int> Formats { get; init; } = [];

    /// <summary>Where it answers other edges and control planes.</summary>
    public string? Peer { get; init; }

    /// <summary>The newest signed pointer it has shown, if the fleet's own key made it: a store that was rewound learns from it.</summary>
    public SignedDocument? Held { get; init; }

    /// <summary>What it serves: revision, bundle, and the sequence of the pointer that said so; absent before its first bundle.</summary>
    public string? Revision { get; init; }
    public string? Bundle { get; init; }
    public long Sequence { get; init; }

    public EdgeAnswer Answer { get; init; }

    /// <summary>Of the pointer the answer is about.</summary>
    public long AnswerSequence { get; init; }

    /// <summary>Why the edge does not serve the pointer.</summary>
    public string? Reason { get; init; }

    public long Revocations { get; init; }
    public bool Draining { get; init; }
    public IReadOnlyList<string> TrustedKeys { get; init; } = [];
    public IReadOnlyList<string> SignedBy { get; init; } = [];
    public EdgeSample? Sample { get; init; }

    /// <summary>The question it last answered (<see cref="Store.FleetKeys.Probe"/>), and what failed.</summary>
    public string? Probe { get; init; }
    public IReadOnlyList<string> ProbeFailures { get; init; } = [];

    [JsonIgnore]
    public string Id => Cohort.Edge(Region, Name);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, DistributionJsonContext.Default.EdgeReport);

    /// <returns>Nothing when another version wrote it.</returns>
    public static EdgeReport? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, DistributionJsonContext.Default.EdgeReport);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>How an edge answered the newest pointer it was told.</summary>
[JsonConverter(typeof(Contracts.Values.CamelCaseEnumConverter<EdgeAnswer>))]
public enum EdgeAnswer
{
    Pending,
    Ack,
    Nack,
}

/// <summary>Edges that are to try one request per route and model.</summary>
/// <param name="Nonce">Names the question; an edge answers each once.</param>
/// <param name="Edges">Their ids, such as <c>us-east.edge-1</c>.</param>
public sealed record ProbeQuestion(string Nonce, IReadOnlyList<string> Edges)
{
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, DistributionJsonContext.Default.ProbeQuestion);

    public static ProbeQuestion? Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, DistributionJsonContext.Default.ProbeQuestion);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(EdgeReport))]
[JsonSerializable(typeof(ProbeQuestion))]
internal sealed partial class DistributionJsonContext : JsonSerializerContext;
