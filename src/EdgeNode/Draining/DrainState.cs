namespace GlobalGateway.EdgeNode.Draining;

/// <summary>Whether this edge is going down.</summary>
public sealed class DrainState
{
    private volatile bool _draining;

    public bool IsDraining => _draining;

    public void Begin() => _draining = true;
}
