namespace GlobalGateway.Replication.Agent;

/// <summary>Elects one agent among a region's edges: for efficiency only, two at once do no harm.</summary>
public interface IAgentLock
{
    /// <summary>Whether this process is the region's agent now; tries to become it when nobody is.</summary>
    ValueTask<bool> HoldAsync(CancellationToken cancel = default);
}
