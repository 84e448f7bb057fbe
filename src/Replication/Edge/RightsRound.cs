using System.Collections.Concurrent;
using GlobalGateway.Replication.Accounts;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Edge;

/// <summary>
/// Gets rights for an account, in this order: what the region has not granted; what its edges hold unspent (seal, cap, grant anew);
/// what other regions have. Nobody is refused before all three were tried (I4). Bounded in tries and time.
/// </summary>
internal sealed class RightsRound(EdgeBook book, ILedgerStore store, RightsSource source, AccountPeriods periods, RowReporter reporter, AccountSteps steps, TimeProvider clock)
{
    private const int TriesMax = 24;

    /// <summary>A region that cannot be read is left out so long: whoever waits must not wait for it again and again.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RecallMax = TimeSpan.FromMilliseconds(1_500);
    private static readonly TimeSpan TransferMax = TimeSpan.FromMilliseconds(1_500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan TransferPause = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<string, long> _silentSince = new(StringComparer.Ordinal);

    public async Task<RightsRoundResult> RunAsync(AccountPeriod account, int edges, CancellationToken cancel)
    {
        IReadOnlyList<(string Region, int Generation)>? regions = null;
        var (need, least) = account.TakeWaiting();
        var asked = new HashSet<string>();
        var recalled = false;
        await account.Gate.WaitAsync(cancel);
        try
        {
            if (account.Allocations.Count == 0)
            {
                account.Allocate([.. await store.ReadAllocationsAsync(account.Log.Account.Budget, cancel)]);
            }

            for (var tries = 0; tries < TriesMax; tries++)
            {
                var wish = new RightsWish(Lacking(account.Holding!, need), account.Rate.Expected(account.Holding!.Settled, clock), edges);
                switch (await source.FetchAsync(account.Holding!, account.View, wish, cancel))
                {
                    case RightsStep.Leased:
                        return new RightsRoundResult(QuotaOutcome.Reserved);
                    case RightsStep.JournalFull:
                        return new RightsRoundResult(QuotaOutcome.JournalFull);
                    case RightsStep.Moved:
                        continue;
                }

                if (need.IsZero)
                {
                    // Nobody waits: what others hold stays theirs.
                    return new RightsRoundResult(QuotaOutcome.Spent, account.View.Available.Positive());
                }

                if (!recalled && IsRecallable(account, wish.Need))
                {
                    recalled = true;
                    await RecallAsync(account, cancel);
                }
                else if (!await AskAsync(account, wish, regions ??= await GenerationsAsync(cancel), asked, cancel))
                {
                    var left = account.View.Available.Positive();
                    if (need == least || !Lacking(account.Holding!, least).FitsIn(left))
                    {
                        left += account.Holding!.Held;
                        return new RightsRoundResult(left.HasSomeOf(need) ? QuotaOutcome.TooMuch : QuotaOutcome.Spent, left, least);
                    }

                    // Not enough for all who wait, but for some of them.
                    need = least;
                }
            }

            // Others were first each time: that says nothing of what is left.
            return new RightsRoundResult(QuotaOutcome.LedgerLost, Wish: least);
        }
        finally
        {
            periods.Rest(account);
            account.Gate.Release();
        }
    }

    // Rights of one account may be in several epochs: only what is held beyond the need of those who wait counts.
    private static SpendVector Lacking(Holding holding, SpendVector need) => (need - holding.Held + holding.Owed).Positive();

    private static bool IsRecallable(AccountPeriod account, SpendVector need)
    {
        var (view, unspent) = (account.View, account.View.Available);
        var open = false;
        foreach (var epoch in view.Log.Epochs)
        {
            if (IsOpen(epoch) && epoch.Epoch > account.Unanswered)
            {
                open = true;
                unspent += (epoch.Granted - view.UsedOf(epoch.Epoch)).Positive();
            }
        }

        return open && unspent.HasSomeOf(need);
    }

    private static bool IsOpen(EpochState epoch) => epoch.Closed is null && epoch.Cap is null;

    private async ValueTask RecallAsync(AccountPeriod account, CancellationToken cancel)
    {
        var begun = clock.GetTimestamp();
        await steps.SealAsync(account.View, cancel);
        do
        {
            book.Fence(account.Holding!, account.View.Log.Sealed);
            await reporter.ReportAsync(account.Holding!, account.Log, fencedOnly: true, cancel);
            await steps.CapAndCloseAsync(account.View, cancel);
            if (!account.View.Log.Epochs.Any(epoch => IsOpen(epoch) && epoch.Epoch <= account.View.Log.Sealed && epoch.Epoch > account.Unanswered))
            {
                return;
            }

            await Task.Delay(Pause, clock, cancel);
            await account.View.RefreshAsync(store, LogRead.Quorum, cancel);
        }
        while (clock.GetElapsedTime(begun) < RecallMax);

        // Nobody is made to wait for the same holders again; the agent goes on looking for their caps.
        account.Unanswered = account.View.Log.Sealed;
    }

    private async ValueTask<IReadOnlyList<(string Region, int Generation)>> GenerationsAsync(CancellationToken cancel)
    {
        var generations = new List<(string, int)>(periods.Regions.Count);
        foreach (var region in periods.Regions)
        {
            generations.Add((region, (await store.ReadGenerationAsync(region, cancel)).Number));
        }

        return generations;
    }

    private async ValueTask<bool> AskAsync(
        AccountPeriod account, RightsWish wish, IReadOnlyList<(string Region, int Generation)> regions, HashSet<string> asked, CancellationToken cancel)
    {
        var before = account.View.TransfersIn;
        var givers = await ByWhatTheyHaveAsync(account, wish.Need, regions, cancel);
        if (account.View.TransfersIn != before)
        {
            return true;
        }

        foreach (var (region, generation) in givers)
        {
            if (!asked.Add(region))
            {
                continue;
            }

            var key = account.Log;
            var giver = await account.Receipts.ReadAsync(store, region, generation, cancel);
            var given = giver.Log.TransferredTo(key.Region, key.Generation);
            // What is expected is asked for as well, so that a busy region asks seldom.
            var want = wish.Need - account.View.Available.Positive();
            await store.WriteDemandAsync(new TransferDemand(key.Account, region, key.Region, key.Generation, given + SpendVector.Max(want.Positive(), wish.Expected)), cancel);
            var had = account.Receipts.PotentialOf(giver, account.Allocations);
            if (account.AskedInVain.TryGetValue((region, generation), out var vain) && vain == (giver.Log.NextIndex, had))
            {
                // Nothing happened there since: what it has may be held by somebody who is gone. What comes is found by the next round.
                continue;
            }

            for (var begun = clock.GetTimestamp(); clock.GetElapsedTime(begun) < TransferMax;)
            {
                await Task.Delay(TransferPause, clock, cancel);
                giver = await account.Receipts.ReadAsync(store, region, generation, cancel);
                if (account.View.TransfersIn != before)
                {
                    return true;
                }

                if (!account.Receipts.PotentialOf(giver, account.Allocations).HasSomeOf(wish.Need))
                {
                    break;
                }
            }

            account.AskedInVain[(region, generation)] = (giver.Log.NextIndex, account.Receipts.PotentialOf(giver, account.Allocations));
        }

        return false;
    }

    private async ValueTask<List<(string Region, int Generation)>> ByWhatTheyHaveAsync(
        AccountPeriod account, SpendVector need, IReadOnlyList<(string Region, int Generation)> regions, CancellationToken cancel)
    {
        var read = new List<(string Region, int Generation, AccountView View)>();
        foreach (var (region, generation) in regions)
        {
            if (region == account.Log.Region && account.Log.Generation == 1
                || _silentSince.TryGetValue(region, out var since) && clock.GetElapsedTime(since) < SilenceMax)
            {
                continue;
            }

            try
            {
                if (region == account.Log.Region)
                {
                    // What an operator reclaimed from this region's own past.
                    await account.Receipts.ReadAsync(store, region, account.Log.Generation - 1, cancel);
                    continue;
                }

                read.Add((region, generation, await account.Receipts.ReadAsync(store, region, generation, cancel)));
            }
            catch (Exception problem) when (problem is LedgerUnavailableException or LedgerCorruptException)
            {
                // A region that cannot be read gives nothing now; the others may.
                _silentSince[region] = clock.GetTimestamp();
            }
        }

        var givers = new List<((string Region, int Generation) Region, SpendVector Has)>();
        foreach (var (region, generation, view) in read)
        {
            var has = account.Receipts.PotentialOf(view, account.Allocations);
            if (has.HasSomeOf(need))
            {
                givers.Add(((region, generation), has));
            }
        }

        return [.. givers.OrderByDescending(giver => giver.Has.NanoDollars).ThenByDescending(giver => giver.Has.Tokens).ThenByDescending(giver => giver.Has.Requests).Select(giver => giver.Region)];
    }
}

/// <summary>What a round came to.</summary>
/// <param name="Left">What the region has that is not enough.</param>
/// <param name="Wish">The least that was refused.</param>
internal readonly record struct RightsRoundResult(QuotaOutcome Outcome, SpendVector Left = default, SpendVector Wish = default);
