using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Stores.Budgets;

/// <summary>What became of a budget, as the providers, the ledger, the usage events and the clients have it.</summary>
/// <param name="Called">Requests that providers got.</param>
/// <param name="OpenEpochs">Epochs that are not settled: their charge is no more than an upper bound.</param>
/// <param name="Answered">Ids of requests whose clients have the whole answer.</param>
/// <param name="Crashed">Processes that ended without having been told to.</param>
/// <param name="Said">All of it in a line.</param>
internal sealed record BudgetBill(
    int Called, SpendVector Charged, SpendVector Estimated, int OpenEpochs, IReadOnlyList<UsageEvent> Events, IReadOnlyList<string> Answered, IReadOnlyList<string> Crashed, string Said)
{
    public SpendVector Measured => Sum(Events.Where(usage => !usage.Estimated));

    public SpendVector Flagged => Sum(Events.Where(usage => usage.Estimated));

    public static SpendVector Sum(IEnumerable<UsageEvent> events) => events.Aggregate(SpendVector.Zero, static (sum, usage) => sum + usage.Spend);
}
