namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>The newest bundle that asks to be rolled out; a newer one takes its place.</summary>
public sealed record WaitingBundle
{
    public required RolloutBundle Bundle { get; init; }

    /// <summary>Shortens the bakes; the canary is never skipped.</summary>
    public bool Emergency { get; init; }

    /// <summary>Ends a running rollout, whichever its stage.</summary>
    public bool Supersede { get; init; }

    /// <summary>Is taken even if its content was rolled back before.</summary>
    public bool Retry { get; init; }

    /// <summary>Leaves what is good now on purpose: that is not rolled out again by itself.</summary>
    public bool Rollback { get; init; }

    public required string AskedBy { get; init; }
}
