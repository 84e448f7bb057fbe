using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Edge;

/// <summary>What the request path sees of the ledger: reserve before a provider is asked, settle once its usage is known.</summary>
public sealed class EdgeQuota
{
    /// <summary>Budgets that one request may be charged to.</summary>
    public const int BudgetsPerRequestMax = 16;

    /// <summary>Longest wait of a request for rights that are on their way.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(3);

    /// <summary>Takes a new configuration over; accounts of budgets that stay keep their handles.</summary>
    /// <param name="sequence">Of the configuration's pointer.</param>
    /// <param name="regions">All regions of the fleet.</param>
    public void Configure(IReadOnlyList<BudgetSpec> budgets, IReadOnlyList<string> regions, long sequence) => throw new NotImplementedException();

    /// <summary>The handle of a configured budget.</summary>
    public BudgetAccount? Find(string budget) => throw new NotImplementedException();

    /// <summary>Sets rights aside without waiting; no network, no allocation beyond the reservation.</summary>
    /// <returns>Null when rights must be fetched first, or cannot be had: ask <see cref="ReserveAsync"/>.</returns>
    public Reservation? TryReserve(ReadOnlySpan<BudgetWant> wants, UsageLabels labels) => throw new NotImplementedException();

    /// <summary>Sets rights aside, fetching them where they are not here; holds none while it waits.</summary>
    public ValueTask<(QuotaDecision Decision, Reservation? Reservation)> ReserveAsync(IReadOnlyList<BudgetWant> wants, UsageLabels labels, CancellationToken cancel) =>
        throw new NotImplementedException();

    /// <summary>The most that one more reservation could have of a budget, here and from the ledger: what a clamped wish may ask for.</summary>
    public ValueTask<Ledger.SpendVector> AffordableAsync(BudgetAccount budget, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Adds rights to a running call ahead of their use; false when they are not held here at present (they are then being fetched).</summary>
    public bool TryTopUp(Reservation reservation, ReadOnlySpan<BudgetWant> wants) => throw new NotImplementedException();

    /// <summary>As <see cref="TryTopUp"/>, fetching rights where they are not here.</summary>
    public ValueTask<QuotaDecision> TopUpAsync(Reservation reservation, IReadOnlyList<BudgetWant> wants, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Ends a reservation at what its provider says was used; or, flagged, at the reservation when nobody says. Once.</summary>
    public void Settle(Reservation reservation, in CallUsage usage) => throw new NotImplementedException();

    /// <summary>Ends a reservation that was not used: no byte was sent, or the provider's error is known to be unbilled.</summary>
    public void Return(Reservation reservation) => throw new NotImplementedException();
}

/// <summary>What one call wants of one budget, in the units that the budget counts.</summary>
public readonly record struct BudgetWant(BudgetAccount Budget, Ledger.SpendVector Amount);
