using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Audit;
using GlobalGateway.ControlPlane.Bundles;
using GlobalGateway.ControlPlane.Distribution;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>Drives <see cref="RolloutMachine"/> while this control plane leads: sees, decides, and writes each decision in one fenced transaction.</summary>
public sealed class RolloutEngine(
    IKeyValueStore store,
    FleetKeys keys,
    StoreMirror mirror,
    FleetView fleet,
    EdgeRegistry registry,
    RevisionCollector collector,
    BundleRecovery recovery,
    AuditLog audit,
    SigningKey key,
    StreamTrust trust,
    TimeProvider clock,
    ILogger<RolloutEngine> log,
    Failpoint? failpoint = null) : ILeaderDuty
{
    /// <summary>A new leader listens to edges for this long before its first write: they may know of pointers that the store has lost.</summary>
    public static readonly TimeSpan ListensFor = TimeSpan.FromSeconds(5);

    public const string StoreIsFull = "the store is four fifths full; delete or compact what it holds, or raise its quota, before a new rollout (docs/operate/etcd.md)";

    public async Task RunAsync(ILeadership term)
    {
        var parts = new EngineParts(store, keys, mirror, fleet, registry, collector, recovery, audit, key, trust, clock, log);
        await new EngineTerm(parts, new NamedTerm(term, keys, failpoint)).RunAsync(term.Ended);
    }
}

/// <summary>What a term of the engine works with.</summary>
internal sealed record EngineParts(
    IKeyValueStore Store,
    FleetKeys Keys,
    StoreMirror Mirror,
    FleetView Fleet,
    EdgeRegistry Registry,
    RevisionCollector Collector,
    BundleRecovery Recovery,
    AuditLog Audit,
    SigningKey Key,
    StreamTrust Trust,
    TimeProvider Clock,
    ILogger Log);
