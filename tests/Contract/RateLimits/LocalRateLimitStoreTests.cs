using GlobalGateway.Replication.RateLimits;

namespace GlobalGateway.Contract.RateLimits;

public sealed class LocalRateLimitStoreTests : RateLimitStoreContract
{
    protected override IRateLimitStore Store { get; } = new LocalRateLimitStore(TimeProvider.System);
}
