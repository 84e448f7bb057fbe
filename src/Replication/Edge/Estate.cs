using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Edge;

/// <summary>What one earlier incarnation left behind, settled: its successor speaks for it from now on.</summary>
internal sealed record Estate(string Incarnation, IReadOnlyList<Holding> Holdings, IReadOnlyList<Orphan> Orphans);

/// <summary>A call that was in flight when its edge ended; nobody will say what it used.</summary>
internal sealed record Orphan(long Sequence, UsageLabels Labels, CallUsage Usage);
