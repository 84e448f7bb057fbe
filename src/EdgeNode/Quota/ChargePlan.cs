using GlobalGateway.Contracts.Resources;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>What one call is to set aside.</summary>
/// <param name="Prices">Of its target; null for a plain service.</param>
/// <param name="Bound">Tokens that its answer may have; below zero when no budget asks.</param>
/// <param name="First">Tokens of its answer that are set aside before the call.</param>
/// <param name="Floor">The least that is worth calling for; zero where there is nothing to cut.</param>
/// <param name="Fixed">Nano-dollars of a call whose price does not depend on what it does.</param>
public sealed record ChargePlan(UsageLabels Labels, Prices? Prices, AttemptPrice Price, long Bound, long First, long Floor, long Fixed)
{
    public SpendVector Wanted(long output) => Bound <= 0 && Price == default ? new SpendVector(1, 0, Fixed) : Price.For(output);
}
