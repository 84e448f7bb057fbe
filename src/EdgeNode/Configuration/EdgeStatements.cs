using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.EdgeNode.Draining;
using GlobalGateway.EdgeNode.Revocations;
using GlobalGateway.EdgeNode.Snapshots;

namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>What this edge says of itself to a control plane.</summary>
public sealed class EdgeStatements(
    BundleMemory memory, BundleAssembler assembler, BundleTrust trust, ConfigStatus status, RevocationLane revocations, SnapshotStore snapshots,
    DrainState drain, TimeProvider clock)
{
    /// <summary>Names this process, so that a control plane sees a restart.</summary>
    private static readonly string Boot = Guid.NewGuid().ToString("N");

    public EdgeHello Hello(string? peer = null) => new(BundleFormat.Readable, Boot, status.Revision, memory.Highest, revocations.Held, peer);

    public EdgeHeartbeat Heartbeat()
    {
        var served = status.Served;
        var signedBy = new[] { served?.KeyId, served is null ? null : assembler.SignedBy(served.Bundle), revocations.Held?.KeyId };
        return new EdgeHeartbeat(
            served?.Sequence ?? 0, served?.Revision, served?.Bundle, revocations.Sequence, drain.IsDraining, trust.Keys,
            [.. signedBy.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Absent before the first bundle, and while nothing has been counted since <paramref name="last"/>.</summary>
    public EdgeSample? Sample(EdgeSample? last)
    {
        if (snapshots.Current is not { Bundle.Digest: { Length: > 0 } digest } current || (last?.Bundle == digest && last.Requests == current.Signals.Total))
        {
            return null;
        }

        return current.Signals.Sample(digest, clock.GetElapsedTime(current.Signals.StartedAt));
    }

    /// <summary>Whether two heartbeats say the same.</summary>
    public static bool AreSame(EdgeHeartbeat one, EdgeHeartbeat other) =>
        one with { TrustedKeys = null, SignedBy = null } == other with { TrustedKeys = null, SignedBy = null }
        && one.TrustedKeys!.SequenceEqual(other.TrustedKeys!) && one.SignedBy!.SequenceEqual(other.SignedBy!);
}
