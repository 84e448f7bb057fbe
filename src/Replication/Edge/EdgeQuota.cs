using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using GlobalGateway.Replication.Accounts;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Edge;

/// <summary>What the request path sees of the ledger: reserve before a provider is asked, settle once its usage is known.</summary>
public sealed class EdgeQuota
{
    /// <summary>Budgets that one request may be charged to.</summary>
    public const int BudgetsPerRequestMax = 16;

    /// <summary>A store that moves while a request waits is asked again at most so often.</summary>
    private const int RoundsMax = 64;

    private const int PeriodEnded = -2;

    private readonly EdgeBook _book;
    private readonly ILedgerStore _store;
    private readonly QuotaOptions _options;
    private readonly TimeProvider _clock;
    private readonly RightsRound _round;
    private FrozenDictionary<string, BudgetAccount> _budgets = FrozenDictionary<string, BudgetAccount>.Empty;

    public EdgeQuota(EdgeBook book, ILedgerStore store, ISliceStore? slices, QuotaOptions options, TimeProvider clock)
    {
        (_book, _store, _options, _clock) = (book, store, options, clock);
        var steps = new AccountSteps(store, Guid.NewGuid, slices);
        Periods = new AccountPeriods(options, store, steps);
        Reporter = new RowReporter(book, store);
        var source = new RightsSource(book, store, slices is null ? null : new SliceGrants(store, slices, steps), steps, Guid.NewGuid);
        _round = new RightsRound(book, store, source, Periods, Reporter, steps, clock);
        Steps = steps;
    }

    /// <summary>Whether rights can be leased at present; else why not.</summary>
    public string? Problem => _book.Journal.Problem;

    public IReadOnlyCollection<BudgetAccount> Budgets => _budgets.Values;

    internal EdgeBook Book => _book;

    internal ILedgerStore Store => _store;

    internal TimeProvider Clock => _clock;

    internal QuotaOptions Options => _options;

    internal AccountPeriods Periods { get; }

    internal RowReporter Reporter { get; }

    internal AccountSteps Steps { get; }

    /// <summary>Takes a new configuration over; budgets that stay keep their handles.</summary>
    /// <param name="sequence">Of the configuration's pointer.</param>
    /// <param name="regions">All regions of the fleet.</param>
    public void Configure(IReadOnlyList<BudgetSpec> budgets, IReadOnlyList<string> regions, long sequence)
    {
        Periods.Configure(regions.Count == 0 ? [_options.Region] : regions, sequence);
        var next = new Dictionary<string, BudgetAccount>(budgets.Count);
        foreach (var budget in budgets)
        {
            var account = _budgets.GetValueOrDefault(budget.Id);
            if (account is null || account.Spec.Calendar != budget.Calendar)
            {
                account = new BudgetAccount(budget);
            }

            account.Spec = budget;
            account.Overdraft = budget.Overdraft == 0 ? null : OverdraftOf(account.Overdraft, budget);
            next.Add(budget.Id, account);
        }

        _budgets = next.ToFrozenDictionary();
    }

    /// <summary>The handle of a configured budget.</summary>
    public BudgetAccount? Find(string budget) => _budgets.GetValueOrDefault(budget);

    /// <summary>Sets rights aside without waiting; no network, no allocation beyond the reservation.</summary>
    /// <returns>Null when rights must be fetched first, or cannot be had: ask <see cref="ReserveAsync"/>.</returns>
    public Reservation? TryReserve(ReadOnlySpan<BudgetWant> wants, UsageLabels labels)
    {
        var holdings = new HoldingWants();
        return Resolve(wants, ref holdings) ? _book.TryReserve(holdings[..wants.Length], labels, out _) : null;
    }

    /// <summary>Sets rights aside, fetching them where they are not here; holds none while it waits.</summary>
    public ValueTask<(QuotaDecision Decision, Reservation? Reservation)> ReserveAsync(IReadOnlyList<BudgetWant> wants, UsageLabels labels, CancellationToken cancel) =>
        FetchAsync([.. wants], labels, null, cancel);

    /// <summary>The most that one more reservation could have of a budget: what a clamped wish may ask for.</summary>
    public async ValueTask<SpendVector> AffordableAsync(BudgetAccount budget, CancellationToken cancel)
    {
        try
        {
            var account = await OpenAsync(budget, cancel);
            await account.Gate.WaitAsync(cancel);
            try
            {
                await account.View.RefreshAsync(_store, LogRead.Quorum, cancel);
                await account.View.ReadRowsAsync(_store, cancel);
                return _book.HeldOf(account.Holding!) + account.View.Available.Positive();
            }
            finally
            {
                Periods.Rest(account);
                account.Gate.Release();
            }
        }
        catch (Exception problem) when (problem is LedgerUnavailableException or LedgerCorruptException)
        {
            return budget.Current?.Holding is { } holding ? _book.HeldOf(holding) : default;
        }
    }

    /// <summary>Adds rights to a running call ahead of their use; false when they are not held here at present.</summary>
    public bool TryTopUp(Reservation reservation, ReadOnlySpan<BudgetWant> wants)
    {
        var holdings = new HoldingWants();
        return Resolve(wants, ref holdings) && _book.TryTopUp(reservation, holdings[..wants.Length], out _);
    }

    /// <summary>As <see cref="TryTopUp"/>, fetching rights where they are not here.</summary>
    public async ValueTask<QuotaDecision> TopUpAsync(Reservation reservation, IReadOnlyList<BudgetWant> wants, CancellationToken cancel) =>
        (await FetchAsync([.. wants], reservation.Labels, reservation, cancel)).Decision;

    /// <summary>Ends a reservation at what its provider says was used; or, flagged, at the reservation when nobody says. Once.</summary>
    public void Settle(Reservation reservation, in CallUsage usage) => _book.Settle(reservation, usage);

    /// <summary>Ends a reservation that was not used: no byte was sent, or the provider's error is known to be unbilled.</summary>
    public void Return(Reservation reservation) => _book.Return(reservation);

    /// <summary>Keeps the usage event of a call that no budget covers.</summary>
    public void Record(UsageLabels labels, in CallUsage usage) => _book.Record(labels, usage);

    /// <summary>The present period of a budget, opened where it is not yet.</summary>
    internal async ValueTask<AccountPeriod> OpenAsync(BudgetAccount budget, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        if (budget.Current is { } current && now.ToUnixTimeSeconds() < current.Ends && current.Holding is not null)
        {
            return current;
        }

        var account = await Periods.OpenAsync(budget.Spec, budget.Spec.Calendar.PeriodOf(now), cancel);
        account.Holding ??= _book.Account(account.Log.Account, budget.Spec.Units, account.Log.Generation);
        budget.Current = account;
        return account;
    }

    /// <summary>Opens the period after the present one and fetches its first rights, so that nobody waits when it begins.</summary>
    internal async ValueTask OpenNextAsync(BudgetSpec budget, AccountPeriod present, CancellationToken cancel)
    {
        var next = await Periods.OpenAsync(budget, present.Ends, cancel);
        next.Holding ??= _book.Account(next.Log.Account, budget.Units, next.Log.Generation);
        if (next.Holding is not null)
        {
            await RefillAsync(next, default, cancel);
        }
    }

    /// <summary>Fetches rights before they are needed; several calls at once are one.</summary>
    internal Task<RightsRoundResult> RefillAsync(AccountPeriod account, SpendVector need, CancellationToken cancel) =>
        account.JoinRound(need, joined => JoinedAsync(joined, need.IsZero, cancel));

    private async ValueTask<(QuotaDecision Decision, Reservation? Reservation)> FetchAsync(
        BudgetWant[] wants, UsageLabels labels, Reservation? topUp, CancellationToken cancel)
    {
        var begun = _clock.GetTimestamp();
        for (var rounds = 0; rounds < RoundsMax; rounds++)
        {
            var lacking = await OpenAllAsync(wants, cancel);
            if (lacking < 0)
            {
                var reservation = Attempt(wants, labels, topUp, out lacking);
                if (lacking == PeriodEnded)
                {
                    continue;
                }

                if (reservation is not null || lacking < 0)
                {
                    return (reservation is null ? new QuotaDecision(QuotaOutcome.JournalFull) : QuotaDecision.Reserved, reservation);
                }
            }

            var budget = wants[lacking].Budget;
            var left = _options.WaitMax - _clock.GetElapsedTime(begun);
            var result = budget.Current is not { Holding: not null } account ? new RightsRoundResult(QuotaOutcome.LedgerLost)
                : account.IsRefused(wants[lacking].Amount, _clock.GetTimestamp()) ? account.Refusal
                : left <= TimeSpan.Zero ? new RightsRoundResult(QuotaOutcome.LedgerLost)
                : await WaitAsync(account, wants[lacking].Amount, left, cancel);
            if (result.Outcome == QuotaOutcome.Reserved)
            {
                continue;
            }

            if (result.Outcome != QuotaOutcome.LedgerLost || budget.Overdraft is null)
            {
                return (new QuotaDecision(result.Outcome, budget), null);
            }

            wants[lacking] = wants[lacking] with { Budget = budget.Overdraft };
        }

        return (new QuotaDecision(QuotaOutcome.LedgerLost), null);
    }

    /// <returns>The place of a budget that cannot be opened; -1 when all are.</returns>
    private async ValueTask<int> OpenAllAsync(BudgetWant[] wants, CancellationToken cancel)
    {
        for (var i = 0; i < wants.Length; i++)
        {
            try
            {
                if ((await OpenAsync(wants[i].Budget, cancel)).Holding is null)
                {
                    return i;
                }
            }
            catch (Exception problem) when (problem is LedgerUnavailableException or LedgerCorruptException)
            {
                return i;
            }
        }

        return -1;
    }

    private Reservation? Attempt(BudgetWant[] wants, UsageLabels labels, Reservation? topUp, out int lackingAt)
    {
        lackingAt = PeriodEnded;
        var holdings = new HoldingWants();
        if (!Resolve(wants, ref holdings))
        {
            return null;
        }

        Holding? lacking;
        var reservation = topUp is null
            ? _book.TryReserve(holdings[..wants.Length], labels, out lacking)
            : _book.TryTopUp(topUp, holdings[..wants.Length], out lacking) ? topUp : null;
        lackingAt = lacking is null ? -1 : Array.FindIndex(wants, want => want.Budget.Current!.Holding == lacking);
        return reservation;
    }

    private bool Resolve(ReadOnlySpan<BudgetWant> wants, ref HoldingWants holdings)
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        for (var i = 0; i < wants.Length; i++)
        {
            if (wants[i].Budget.Current is not { Holding: { } holding } account || now >= account.Ends)
            {
                return false;
            }

            holdings[i] = new HoldingWant(holding, wants[i].Amount);
        }

        return true;
    }

    private async ValueTask<RightsRoundResult> WaitAsync(AccountPeriod account, SpendVector need, TimeSpan left, CancellationToken cancel)
    {
        try
        {
            return await RefillAsync(account, need, CancellationToken.None).WaitAsync(left, _clock, cancel);
        }
        catch (TimeoutException)
        {
            return new RightsRoundResult(QuotaOutcome.LedgerLost);
        }
    }

    private async Task<RightsRoundResult> JoinedAsync(AccountPeriod account, bool ahead, CancellationToken cancel)
    {
        try
        {
            return await Task.Run(() => RoundAsync(account, ahead, cancel), cancel);
        }
        finally
        {
            account.EndRound();
        }
    }

    private async Task<RightsRoundResult> RoundAsync(AccountPeriod account, bool ahead, CancellationToken cancel)
    {
        RightsRoundResult result;
        try
        {
            result = await _round.RunAsync(account, _options.Edges, cancel);
        }
        catch (Exception problem) when (problem is LedgerUnavailableException or LedgerCorruptException)
        {
            result = new RightsRoundResult(QuotaOutcome.LedgerLost);
        }
        catch (Journal.JournalFailedException)
        {
            result = new RightsRoundResult(QuotaOutcome.JournalFull);
        }

        if (result.Outcome != QuotaOutcome.Reserved && !ahead)
        {
            account.Refuse(result, result.Wish, _clock.GetTimestamp() + (long)(_options.RefusalMax.TotalSeconds * _clock.TimestampFrequency));
        }

        return result;
    }

    private static BudgetAccount OverdraftOf(BudgetAccount? known, BudgetSpec budget)
    {
        var spec = new BudgetSpec($"{budget.Id}+overdraft", BudgetUnits.Spend, new SpendVector(0, 0, budget.Overdraft), budget.Calendar);
        known ??= new BudgetAccount(spec);
        known.Spec = spec;
        return known;
    }

    [InlineArray(BudgetsPerRequestMax)]
    private struct HoldingWants
    {
        private HoldingWant _first;
    }
}

/// <summary>What one call wants of one budget, in the units that the budget counts.</summary>
public readonly record struct BudgetWant(BudgetAccount Budget, SpendVector Amount);
