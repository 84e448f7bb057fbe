using GlobalGateway.ControlPlane.Gates;

namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>What the leader sees at one moment; all that <see cref="RolloutMachine"/> knows besides its state.</summary>
public sealed record RolloutView
{
    public required IReadOnlyList<EdgeFacts> Edges { get; init; }

    public WaitingBundle? Waiting { get; init; }
    public RolloutCommand? Command { get; init; }

    /// <summary>Of the running stage; absent when there is nothing to judge yet.</summary>
    public GateVerdict? Verdict { get; init; }

    /// <summary>Since this leader saw the running stage begin: a new leader bakes it anew.</summary>
    public TimeSpan StageAge { get; init; }

    /// <summary>How a cohort fared in the last hour without this bundle.</summary>
    public Func<string, string, GateCounts?> Past { get; init; } = static (_, _) => null;

    /// <summary>Why no new rollout may begin; pointers of running ones still move.</summary>
    public string? Refuses { get; init; }

    public required DateTimeOffset Now { get; init; }
}

/// <summary>An edge as reported.</summary>
public sealed record EdgeFacts
{
    public required string Region { get; init; }
    public required string Name { get; init; }

    /// <summary>Heard within the last fifteen seconds by a control plane that is heard itself.</summary>
    public required bool Connected { get; init; }

    public bool Draining { get; init; }
    public bool HasTraffic { get; init; }
    public string Boot { get; init; } = "";

    /// <summary>The highest sequence it has shown to hold.</summary>
    public long Held { get; init; }

    /// <summary>What that pointer names.</summary>
    public string? HeldBundle { get; init; }

    /// <summary>The cohort that the held pointer is for.</summary>
    public string? HeldAudience { get; init; }

    /// <summary>Of the newest pointer it serves.</summary>
    public long Acknowledged { get; init; }

    /// <summary>The bundle it serves; a restored store hands numbers out again, so the number alone says little.</summary>
    public string? Serves { get; init; }

    /// <summary>Of the pointer it refused; 0 when it refuses none.</summary>
    public long Refused { get; init; }

    public string? RefusedWhy { get; init; }

    /// <summary>For how long it has been away after it was seen by this leader; a process that died counts from then.</summary>
    public TimeSpan Away { get; init; }

    /// <summary>It said that it would leave.</summary>
    public bool LeftByItself { get; init; }

    /// <summary>The question it last answered, and what failed.</summary>
    public string? Probe { get; init; }

    public IReadOnlyList<string> ProbeFailures { get; init; } = [];

    public string Id => Contracts.Bundles.Cohort.Edge(Region, Name);
}
