using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>A revision that compiles and passed every check, and asks to be rolled out.</summary>
public sealed record Candidate(CompiledBundle Bundle, ResourceSet Resources, RevisionOrigin Origin)
{
    /// <summary>Shortens the bakes; the canary is never skipped.</summary>
    public bool Emergency { get; init; }

    /// <summary>Replaces a running rollout, which first goes back to last good.</summary>
    public bool Supersede { get; init; }

    /// <summary>A bundle that was rolled back is tried again on purpose.</summary>
    public bool Retry { get; init; }
}

/// <summary>Where a revision came from, for people and the audit.</summary>
/// <param name="Source"><c>folder</c>, <c>git</c> or <c>apply</c>.</param>
/// <param name="Commit">The commit's full hash.</param>
/// <param name="Author">Who wrote it, as the source says.</param>
/// <param name="Message">The first line of the commit's message, at most 200 letters.</param>
public sealed record RevisionOrigin(string Source, string? Commit = null, string? Author = null, string? Message = null);
