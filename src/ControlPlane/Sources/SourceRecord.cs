using System.Text.Json;
using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.ControlPlane.Replay;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Sources;

/// <summary>How the leader's last look at the configuration's source ended: the status of a commit, with every error.</summary>
public sealed record SourceRecord
{
    /// <summary>Errors that are kept; more are counted.</summary>
    public const int ErrorsMax = 500;

    /// <summary><c>folder</c>, <c>git</c> or <c>apply</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The folder, or repository, branch and path.</summary>
    public required string From { get; init; }

    public required SourceStanding Standing { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Of a commit: its hash, author and first line.</summary>
    public string? Commit { get; init; }
    public string? Author { get; init; }
    public string? Message { get; init; }

    /// <summary>The newest commit that was let through to its rollout; what comes next must build on it.</summary>
    public string? Accepted { get; init; }

    public int Files { get; init; }

    /// <summary>Of the configuration, when it is valid.</summary>
    public string? Revision { get; init; }

    public IReadOnlyList<ResourceError> Errors { get; init; } = [];
    public int ErrorCount { get; init; }

    /// <summary>What the change would decide otherwise about recorded requests, in one line.</summary>
    public string? Decisions { get; init; }

    public static SourceRecord? Read(MirroredState state, FleetKeys keys) => state.Find(keys.Source) is { } entry ? Parse(entry.Value) : null;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, SourceJsonContext.Default.SourceRecord);

    private static SourceRecord? Parse(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, SourceJsonContext.Default.SourceRecord);
        }
        catch (JsonException)
        {
            // Another version's; the next look writes it anew.
            return null;
        }
    }
}

/// <summary>What became of what the source says.</summary>
[JsonConverter(typeof(Contracts.Values.CamelCaseEnumConverter<SourceStanding>))]
public enum SourceStanding
{
    /// <summary>It is served, or on its way.</summary>
    Valid,

    /// <summary>It has errors; edges keep what they serve.</summary>
    Invalid,

    /// <summary>It is valid and may not be rolled out; the errors say why.</summary>
    Refused,

    /// <summary>It does not build on what was accepted before: an admin must let it through.</summary>
    AwaitsApproval,

    /// <summary>It cannot be read at present.</summary>
    Unreachable,
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SourceRecord))]
internal sealed partial class SourceJsonContext : JsonSerializerContext;
