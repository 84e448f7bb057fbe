using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Upstreams;

namespace GlobalGateway.EdgeNode.Snapshots;

/// <summary>Holds the snapshot that new requests take, and swaps it in one step.</summary>
public sealed class SnapshotStore(SnapshotBuilder builder, RuntimeRegistry registry)
{
    private readonly Lock _swap = new();
    private volatile GatewaySnapshot? _current;

    /// <summary>Absent until the first bundle.</summary>
    public GatewaySnapshot? Current => _current;

    /// <summary>Builds off to the side, tests the result and swaps it in; any error leaves the present snapshot.</summary>
    /// <returns>Why it was refused; empty when it now serves.</returns>
    public IReadOnlyList<string> TryActivate(string revision, ResourceSet resources)
    {
        lock (_swap)
        {
            var draft = registry.Begin();
            var errors = new List<string>();
            var snapshot = builder.Build(revision, resources, draft, errors);
            if (snapshot is null || errors.Count > 0)
            {
                return errors;
            }

            if (SnapshotSelfTest.Run(snapshot) is { Count: > 0 } broken)
            {
                return broken;
            }

            draft.Commit();
            _current = snapshot;
            return [];
        }
    }
}
