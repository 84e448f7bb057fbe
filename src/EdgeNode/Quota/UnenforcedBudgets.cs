using GlobalGateway.EdgeNode.Health;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.Replication.Edge;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>Tells operators that a revision has budgets and this edge was installed without a ledger to hold them.</summary>
public sealed class UnenforcedBudgets(SnapshotStore snapshots, EdgeQuota? quota = null) : IDependencyReport
{
    public string Name => "ledger";

    public string? WhyDegraded => quota is null && snapshots.Current?.Budgets is { Length: > 0 and var count }
        ? $"{count} budget(s) are not enforced here: set edge.ledgerDirectory"
        : null;
}
