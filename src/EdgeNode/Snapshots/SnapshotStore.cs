using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Upstreams;
using GlobalGateway.Replication.Edge;

namespace GlobalGateway.EdgeNode.Snapshots;

/// <summary>Holds the snapshot that new requests take, and swaps it in one step.</summary>
public sealed class SnapshotStore(SnapshotBuilder builder, RuntimeRegistry registry, TimeProvider clock, EdgeQuota? quota = null)
{
    private readonly Lock _swap = new();
    private volatile GatewaySnapshot? _current;

    /// <summary>Absent until the first bundle.</summary>
    public GatewaySnapshot? Current => _current;

    /// <summary>Builds off to the side, tests the result and swaps it in; any error leaves the present snapshot.</summary>
    /// <param name="sequence">Of the pointer that names the revision.</param>
    /// <returns>Why it was refused; empty when it now serves.</returns>
    public IReadOnlyList<string> TryActivate(string revision, ResourceSet resources, long sequence = 0) =>
        TryActivate(new BundleIdentity(revision, Sequence: sequence), resources);

    /// <summary>Builds off to the side, tests the result and swaps it in; any error leaves the present snapshot.</summary>
    /// <returns>Why it was refused; empty when it now serves.</returns>
    public IReadOnlyList<string> TryActivate(BundleIdentity bundle, ResourceSet resources)
    {
        lock (_swap)
        {
            var draft = registry.Begin();
            var errors = new List<string>();
            var snapshot = builder.Build(bundle, resources, _current, draft, errors);
            if (snapshot is null || errors.Count > 0)
            {
                return errors;
            }

            if (SnapshotSelfTest.Run(snapshot) is { Count: > 0 } broken)
            {
                return broken;
            }

            JoinBudgets(snapshot, bundle.Sequence);
            draft.Commit();
            snapshot.Signals.Start(clock);
            _current = snapshot;
            return [];
        }
    }

    /// <summary>Another pointer names the bundle that serves: nothing is rebuilt, and its signals count on.</summary>
    public void Repoint(long sequence)
    {
        lock (_swap)
        {
            if (_current is { } current)
            {
                JoinBudgets(current, sequence);
            }
        }
    }

    private void JoinBudgets(GatewaySnapshot snapshot, long sequence)
    {
        if (quota is null)
        {
            return;
        }

        quota.Configure(Array.ConvertAll(snapshot.Budgets, b => b.Spec), [.. snapshot.Resources.Regions.Select(r => r.Name)], sequence);
        foreach (var budget in snapshot.Budgets)
        {
            budget.Join(quota);
        }
    }
}
