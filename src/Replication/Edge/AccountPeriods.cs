using System.Collections.Concurrent;
using GlobalGateway.Replication.Accounts;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Edge;

/// <summary>Every account this process follows, with its allocation; edges and the region's agent share them.</summary>
internal sealed class AccountPeriods(QuotaOptions options, ILedgerStore store, AccountSteps steps)
{
    private readonly ConcurrentDictionary<LogKey, AccountPeriod> _periods = new();
    private readonly Lock _gate = new();
    private RegionGeneration _generation;

    public IReadOnlyList<string> Regions { get; private set; } = [options.Region];

    public long PointerSequence { get; private set; }

    /// <summary>
    /// Accounts up to which an edge keeps its copies of their logs between uses. With more, memory goes to what is held, and a
    /// copy is read anew from its log's last fold when rights are fetched or the agent comes by.
    /// </summary>
    public const int ViewsKeptMax = 4_096;

    public ICollection<AccountPeriod> All => _periods.Values;

    public AccountPeriod? Find(LogKey log) => _periods.GetValueOrDefault(log);

    public void Configure(IReadOnlyList<string> regions, long sequence) => (Regions, PointerSequence) = ([.. regions.Order(StringComparer.Ordinal)], sequence);

    /// <summary>Opens a budget's period in this region's log; its share is taken when this returns.</summary>
    /// <exception cref="LedgerUnavailableException">The ledger does not answer.</exception>
    public async ValueTask<AccountPeriod> OpenAsync(BudgetSpec budget, long period, CancellationToken cancel)
    {
        var account = await FollowAsync(budget, period, cancel);
        if (account.IsOpen)
        {
            return account;
        }

        await account.Gate.WaitAsync(cancel);
        try
        {
            var rows = await AllocateAsync(budget, period, cancel);
            await account.View.RefreshAsync(store, LogRead.Quorum, cancel);
            while (await steps.TakeAllocationsAsync(account.View, rows, account.WithRights, cancel))
            {
            }

            account.Allocate([.. rows]);
            Rest(account);
            return account;
        }
        finally
        {
            account.Gate.Release();
        }
    }

    /// <summary>Follows a budget's period without opening it.</summary>
    /// <exception cref="LedgerUnavailableException">The ledger does not answer.</exception>
    public async ValueTask<AccountPeriod> FollowAsync(BudgetSpec budget, long period, CancellationToken cancel)
    {
        var generation = await GenerationAsync(cancel);
        var key = new LogKey(new AccountKey(budget.Id, period), options.Region, generation.Number);
        return _periods.TryGetValue(key, out var account)
            ? account
            : _periods.GetOrAdd(key, new AccountPeriod(key, budget.Calendar.Next(period), generation.HasRights(budget.Calendar, period)));
    }

    /// <summary>Writes the rows that a budget lacks for a period, as far as the rules let it, and returns all.</summary>
    public async ValueTask<IReadOnlyList<AllocationRow>> AllocateAsync(BudgetSpec budget, long period, CancellationToken cancel)
    {
        for (var tries = 0; ; tries++)
        {
            var rows = await store.ReadAllocationsAsync(budget.Id, cancel);
            var next = AllocationPlan.Next(WishFor(budget), rows, period, static () => false);
            if (next is null || rows.Count > 0 && next.Period <= rows[^1].Period || tries == 8)
            {
                return rows;
            }

            await store.InsertAllocationAsync(next, cancel);
        }
    }

    public AllocationWish WishFor(BudgetSpec budget)
    {
        var hash = 0;
        foreach (var letter in budget.Id)
        {
            hash = unchecked(hash * 31 + letter) & 0x7FFF_FFFF;
        }

        // Every region finds the same order: the first one gets what does not divide, and is the home of a small budget.
        var at = hash % Regions.Count;
        var regions = new List<string>(Regions.Count);
        for (var i = 0; i < Regions.Count; i++)
        {
            regions.Add(Regions[(at + i) % Regions.Count]);
        }

        return new AllocationWish(budget.Id, budget.Units, budget.Amount, regions, PointerSequence, IsSmall(budget) ? regions[0] : null);
    }

    /// <summary>After each use of an account's view, before its gate is released.</summary>
    public void Rest(AccountPeriod account)
    {
        if (!account.IsPending && _periods.Count > ViewsKeptMax)
        {
            account.Rest();
        }
    }

    /// <summary>Forgets an account whose period is over and reported.</summary>
    public void Forget(AccountPeriod account) => _periods.TryRemove(account.Log, out _);

    // An edge stays in the generation it began in: a rebuilt region's edges are started anew.
    private async ValueTask<RegionGeneration> GenerationAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_generation.Number > 0)
            {
                return _generation;
            }
        }

        var read = await store.ReadGenerationAsync(options.Region, cancel);
        lock (_gate)
        {
            return _generation = _generation.Number > 0 ? _generation : read;
        }
    }

    private bool IsSmall(BudgetSpec budget) =>
        Regions.Count > 1
        && ((budget.Units & BudgetUnits.Requests) != 0 && budget.Amount.Requests < options.SmallBelow.Requests
            || (budget.Units & BudgetUnits.Tokens) != 0 && budget.Amount.Tokens < options.SmallBelow.Tokens
            || (budget.Units & BudgetUnits.Spend) != 0 && budget.Amount.NanoDollars < options.SmallBelow.NanoDollars);
}
