using System.Text.Json;
using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Values;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>
/// All that a new leader must know to go on with rollouts; one small value in the store, written together with the pointers it speaks of.
/// Invariants: <see cref="Sequence"/> is at least every pointer's, and only rises; <see cref="Cohorts"/> is what the pointers in the store say;
/// <see cref="LastGood"/> changes only when a rollout has completed every stage.
/// </summary>
public sealed record RolloutState
{
    public const int CurrentFormat = 1;

    /// <summary>Rolled-back contents that are remembered.</summary>
    public const int RefusedMax = 100;

    public int Format { get; init; } = CurrentFormat;

    /// <summary>Rises with every write of this state.</summary>
    public long Version { get; init; }

    /// <summary>The highest number that any pointer has, or an edge has shown.</summary>
    public long Sequence { get; init; }

    /// <summary>The newest bundle that completed every stage; absent before the first.</summary>
    public RolloutBundle? LastGood { get; init; }

    /// <summary>What was good before it.</summary>
    public RolloutBundle? GoodBefore { get; init; }

    /// <summary>The rollout that runs, or the last one that ran.</summary>
    public Rollout? Current { get; init; }

    public IReadOnlyDictionary<string, CohortPointer> Cohorts { get; init; } = new Dictionary<string, CohortPointer>();

    /// <summary>Content hashes that were rolled back or left on purpose, newest first: never rolled out again except by a retry.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>Regions that do not serve last good because they had no edge when their turn came.</summary>
    public IReadOnlyList<string> Owed { get; init; } = [];

    [JsonIgnore]
    public Rollout? Running => Current is { Status: RolloutStatus.Running or RolloutStatus.Paused } running ? running : null;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, RolloutJsonContext.Default.RolloutState);

    /// <exception cref="JsonException">It was written by a newer version, or is damaged.</exception>
    public static RolloutState FromJson(ReadOnlySpan<byte> json)
    {
        var state = JsonSerializer.Deserialize(json, RolloutJsonContext.Default.RolloutState) ?? throw new JsonException("the rollout state is empty");
        return state.Format == CurrentFormat ? state : throw new JsonException($"the rollout state has format {state.Format}; this version reads {CurrentFormat}");
    }
}

/// <summary>What a cohort's newest pointer says.</summary>
/// <param name="LastGood">The bundle that was good when it was written.</param>
public sealed record CohortPointer(string Bundle, string ContentHash, long Sequence, string? LastGood = null);

/// <summary>One change on its way through the regions.</summary>
public sealed record Rollout
{
    public required long Number { get; init; }
    public required RolloutBundle Bundle { get; init; }

    /// <summary>What every touched cohort returns to; absent in a fleet that has served nothing yet.</summary>
    public RolloutBundle? From { get; init; }

    public required RolloutLane Lane { get; init; }
    public required RolloutStatus Status { get; init; }
    public required IReadOnlyList<StageState> Stages { get; init; }

    /// <summary>The index of the stage that runs, or ran last.</summary>
    public int Stage { get; init; }

    /// <summary>The cohorts that were pointed to the new bundle.</summary>
    public IReadOnlyList<string> Touched { get; init; } = [];

    public required RolloutRules Rules { get; init; }
    public required string AskedBy { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it ended as it did.</summary>
    public string? Reason { get; init; }

    /// <summary>The numbers behind the reason.</summary>
    public string? Evidence { get; init; }

    [JsonIgnore]
    public StageState Running => Stages[Stage];
}

/// <summary>How careful a rollout is.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RolloutLane>))]
public enum RolloutLane
{
    Normal,

    /// <summary>Short bakes; the canary may be in any region.</summary>
    Emergency,

    /// <summary>A region that missed a rollout gets what the others serve.</summary>
    Owed,
}

/// <summary>Where a rollout stands.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RolloutStatus>))]
public enum RolloutStatus
{
    Running,

    /// <summary>No stage passes until it is resumed; a failure still rolls back.</summary>
    Paused,
    Completed,
    RolledBack,
    Aborted,
    Superseded,
}

/// <summary>A stage of a rollout.</summary>
public sealed record StageState
{
    public required StageKind Kind { get; init; }

    /// <summary>Absent in a stage of all regions.</summary>
    public string? Region { get; init; }

    public required TimeSpan Bake { get; init; }
    public StageStatus Status { get; init; }

    /// <summary>The edges that were connected when it began, with the process each one was.</summary>
    public IReadOnlyList<CountedEdge> Edges { get; init; } = [];

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The question sent to the stage's edges when the bake was over without enough requests.</summary>
    public string? Probe { get; init; }

    /// <summary>It has baked for as long as it may and nobody can tell how it went: an operator decides.</summary>
    public bool WaitsForPromote { get; init; }

    /// <summary>What the gate last said, or why the stage was skipped.</summary>
    public string? Note { get; init; }

    /// <summary>How the cohort fared before, for a stage that has no other edges to compare with; a new leader has no memory of it.</summary>
    public Gates.GateCounts? Before { get; init; }
}

/// <param name="Boot">Of its process when the stage began.</param>
public sealed record CountedEdge(string Region, string Name, string Boot);

/// <summary>Whom a stage moves.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<StageKind>))]
public enum StageKind
{
    /// <summary>One edge.</summary>
    Canary,

    /// <summary>A region.</summary>
    Region,

    /// <summary>All regions at once: the first bundle of a fleet, which has nothing to lose.</summary>
    All,
}

/// <summary>Where a stage stands.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<StageStatus>))]
public enum StageStatus
{
    Waits,
    Runs,
    Passed,

    /// <summary>No edge was connected; the region is owed the bundle.</summary>
    Skipped,
    Failed,
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(RolloutState))]
[JsonSerializable(typeof(Rollout))]
[JsonSerializable(typeof(WaitingBundle))]
[JsonSerializable(typeof(CommandEntry))]
[JsonSerializable(typeof(StageProgress))]
[JsonSerializable(typeof(StoredRevision))]
internal sealed partial class RolloutJsonContext : JsonSerializerContext;
