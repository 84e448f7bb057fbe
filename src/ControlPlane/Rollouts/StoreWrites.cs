using System.Diagnostics;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>Every write that a rollout makes to the store, by name; tests end the process before and after each of them.</summary>
public static class StoreWrites
{
    public const string Chunks = "chunks";
    public const string Manifest = "manifest";
    public const string Waiting = "waiting";
    public const string Started = "started";
    public const string Stage = "stage";
    public const string Completed = "completed";
    public const string WentBack = "went-back";
    public const string Recovered = "recovered";
    public const string TakenBack = "taken-back";
    public const string Answered = "answered";
    public const string Raised = "raised";
    public const string Progress = "progress";
    public const string Collected = "collected";

    public static readonly IReadOnlyList<string> All =
        [Chunks, Manifest, Waiting, Started, Stage, Completed, WentBack, Recovered, TakenBack, Answered, Raised, Progress, Collected];

    /// <summary>What a step of the rules is called in the store.</summary>
    public static string NameOf(RolloutStep step) =>
        step.Begun is not null && step.Ended.All(ended => ended.Status != RolloutStatus.Completed) ? Started
        : step.Ended.Any(ended => ended.Status == RolloutStatus.Completed) ? Completed
        : step.Ended.Count > 0 ? WentBack
        : step.Answer is not null ? Answered
        : step.State.Running is not null ? Stage
        : Raised;
}

/// <summary>Ends the process before or after a named write, as a kill would; only tests set one.</summary>
/// <param name="Name">One of <see cref="StoreWrites.All"/>.</param>
/// <param name="After">Else before.</param>
public sealed record Failpoint(string Name, bool After)
{
    /// <summary>Written <c>name:before</c> or <c>name:after</c>.</summary>
    public static Failpoint? Parse(string? text) => text?.Split(':') switch
    {
        [var name, "before"] when StoreWrites.All.Contains(name) => new Failpoint(name, false),
        [var name, "after"] when StoreWrites.All.Contains(name) => new Failpoint(name, true),
        _ => null,
    };

    internal void Pass(string name, bool after)
    {
        if (name == Name && after == After)
        {
            // No clean-up, no finalizer, no flush: what is not in the store by now is lost.
            Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }
}

/// <summary>A term whose writes have names, so that a failpoint can be put at each.</summary>
internal sealed class NamedTerm(ILeadership term, FleetKeys keys, Failpoint? failpoint) : ILeadership
{
    public CancellationToken Ended => term.Ended;

    public Task<bool> CommitAsync(IReadOnlyList<StoreCondition> conditions, IReadOnlyList<StoreWrite> writes, CancellationToken cancel) =>
        CommitAsync(
            writes.Any(write => write.Key.StartsWith(keys.Manifests, StringComparison.Ordinal)) ? StoreWrites.Manifest : StoreWrites.Chunks, conditions, writes, cancel);

    public async Task<bool> CommitAsync(string name, IReadOnlyList<StoreCondition> conditions, IReadOnlyList<StoreWrite> writes, CancellationToken cancel)
    {
        failpoint?.Pass(name, after: false);
        var applied = await term.CommitAsync(conditions, writes, cancel);
        failpoint?.Pass(name, after: true);
        return applied;
    }
}
