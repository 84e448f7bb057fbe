using GlobalGateway.EdgeNode.Snapshots;

namespace GlobalGateway.EdgeNode.Limits;

/// <summary>Finds the global limits of the present revision by the name that regions share them under.</summary>
public sealed class GlobalLimits(SnapshotStore snapshots)
{
    private (GatewaySnapshot Snapshot, Dictionary<string, CompiledLimit> Limits)? _known;

    /// <summary>Absent where this edge does not have it, or not at that rate.</summary>
    public CompiledLimit? Find(string sharedAs)
    {
        if (snapshots.Current is not { } current)
        {
            return null;
        }

        if (_known is not { } known || known.Snapshot != current)
        {
            var limits = current.Keys.Clients.SelectMany(c => c.Limits.Concat(c.BodyLimits)).Where(l => l.IsGlobal).DistinctBy(l => l.SharedAs);
            _known = known = (current, limits.ToDictionary(l => l.SharedAs, StringComparer.Ordinal));
        }

        return known.Limits.GetValueOrDefault(sharedAs);
    }
}
