using GlobalGateway.Replication.Survey;

namespace GlobalGateway.Replication.Redis;

/// <summary>What a region's Redis turned out to be.</summary>
/// <param name="MayLend">Rights may be lent from it: it can tell a server that was promoted or restarted from one that was not. Rate limits need none of that.</param>
public sealed record RedisStanding(bool Reached, bool MayLend, IReadOnlyList<StoreCheck> Checks)
{
    /// <summary>The first thing that is not as it should be.</summary>
    public string? Why => Checks.FirstOrDefault(check => check.Outcome == CheckOutcome.Failed) is { } check ? $"{check.Name}: {check.Found}" : null;

    internal static RedisStanding NotReached(string why) => new(false, false,
    [
        StoreCheck.Failed("redis reachable", why, "Start it, or correct its address, password or certificate. Until then each edge limits at its share and grants itself rights."),
    ]);
}
