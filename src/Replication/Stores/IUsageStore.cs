using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.Replication.Stores;

/// <summary>The billable record of every call to a provider.</summary>
public interface IUsageStore
{
    /// <summary>Keeps events; one that is there already, by incarnation and sequence, stays as it is.</summary>
    /// <exception cref="LedgerUnavailableException">They may or may not be kept; send them again.</exception>
    ValueTask AppendAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancel = default);

    /// <summary>Each event once, in no particular order.</summary>
    IAsyncEnumerable<UsageEvent> QueryAsync(UsageQuery query, CancellationToken cancel = default);
}

/// <summary>One call to a provider, as it is billed.</summary>
/// <param name="Incarnation">With <paramref name="Sequence"/> its identity.</param>
/// <param name="At">When it was settled.</param>
/// <param name="Spend">What budgets are charged, each in the units it counts; its tokens are input and output.</param>
/// <param name="Estimated">No provider's answer said what was used: the reservation is charged.</param>
public sealed record UsageEvent(
    string Incarnation,
    long Sequence,
    DateTimeOffset At,
    string Region,
    UsageLabels Labels,
    long InputTokens,
    long CachedInputTokens,
    long OutputTokens,
    SpendVector Spend,
    bool Estimated);

/// <summary>Whose call it was and where it went; each at most 256 letters.</summary>
public sealed record UsageLabels(string RequestId, string Tenant, string? Team, string? Key, string Model, string Provider);

/// <summary>Which events; absent parts take all.</summary>
/// <param name="From">Inclusive; rounded down to the hour.</param>
/// <param name="Until">Exclusive.</param>
public sealed record UsageQuery(
    DateTimeOffset From,
    DateTimeOffset Until,
    string? Tenant = null,
    string? Team = null,
    string? Key = null,
    string? Model = null,
    string? Provider = null,
    string? Region = null);
