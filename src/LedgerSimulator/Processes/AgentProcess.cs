using GlobalGateway.LedgerSimulator.Stores;
using GlobalGateway.Replication.Accounts;
using GlobalGateway.Replication.Agent;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.LedgerSimulator.Processes;

/// <summary>A region's agent, of which there may be several, some of them stale.</summary>
internal sealed class AgentProcess : SimProcess
{
    private readonly SimStore _store;
    private readonly AccountSteps _steps;
    private readonly AccountDuties _duties;
    private readonly SliceGrants _slices;
    private readonly Dictionary<LogKey, AccountView> _views = [];

    public AgentProcess(World world, string name, string region)
        : base(world, name, region)
    {
        _store = new SimStore(world, this);
        _steps = new AccountSteps(_store, world.Random.Guid, _store, World.FoldEvery);
        _duties = new AccountDuties(_store, _steps);
        _slices = new SliceGrants(_store, _store, _steps);
    }

    public void Pass(SimBudget budget, long period)
    {
        var view = ViewOf(budget, period);
        Start(view, async () =>
        {
            var rows = await _store.ReadAllocationsAsync(budget.Id);
            var generation = await _store.ReadGenerationAsync(Region);
            if (!AllocationPlan.Covers(rows, budget.Calendar, period))
            {
                return;
            }

            if (World.Mutant == Mutant.MonthByLocalClock && Clock.GetUtcNow().ToUnixTimeSeconds() >= budget.Calendar.Next(period))
            {
                await EndAtOnceAsync(view);
            }

            if (World.Mutant == Mutant.CloseWithoutSeal)
            {
                await CloseEarlyAsync(view);
            }

            await _duties.PassAsync(view, rows, generation.HasRights(budget.Calendar, period), World.Random.Chance(70), budget.Calendar.Next(period), Clock.GetUtcNow());
        });
    }

    public void Seal(SimBudget budget, long period)
    {
        var view = ViewOf(budget, period);
        Start(view, async () =>
        {
            await view.RefreshAsync(_store, LogRead.Quorum);
            await _steps.SealAsync(view);
        });
    }

    public void GrantSlice(SimBudget budget, long period)
    {
        var view = ViewOf(budget, period);
        if (Clock.GetUtcNow().ToUnixTimeSeconds() >= budget.Calendar.Next(period) + 600)
        {
            return;
        }

        Start(view, async () =>
        {
            if (World.Mutant == Mutant.LoadBeforeGrant)
            {
                await view.RefreshAsync(_store, LogRead.Quorum);
                await _store.LoadAsync(view.Key, view.Log.LastEpoch + 1, new SpendVector(3, 60, 600));
                if (World.Random.Chance(50))
                {
                    return;
                }
            }

            await view.RefreshAsync(_store, LogRead.Quorum);
            await _slices.GrantAsync(view, new RightsWish(default, new SpendVector(3, 60, 600).Only(budget.Units), 1));
            if (World.Mutant == Mutant.ReloadOldEpoch)
            {
                await ReloadAsync(view);
            }
        });
    }

    public void Allocate(SimBudget budget, long period)
    {
        Start(budget, async () =>
        {
            var rows = await _store.ReadAllocationsAsync(budget.Id);
            var (wish, at, rises) = (World.WishOf(budget, Region), rows.Count == 0 ? period : Math.Max(period, rows[^1].Period), false);
            var next = AllocationPlan.Next(wish, rows, at, () => !(rises = true));
            if (rises)
            {
                next = AllocationPlan.Next(wish, rows, at, static () => true)!;
                foreach (var own in AllocationRise.Periods(rows, budget.Calendar))
                {
                    // As in the product, a rise that waits opens the own region's logs.
                    var generation = await _store.ReadGenerationAsync(Region);
                    var view = new AccountView(new LogKey(new AccountKey(budget.Id, own), Region, generation.Number));
                    await view.RefreshAsync(_store, LogRead.Quorum);
                    await _steps.TakeAllocationsAsync(view, rows, generation.HasRights(budget.Calendar, own));
                }

                var safe = World.Mutant == Mutant.RiseOverGrants
                    ? await TakenAsync(budget, rows)
                    : await AllocationRise.IsSafeAsync(_store, rows, next, budget.Calendar);
                next = safe ? next : null;
            }

            if (next is not null)
            {
                await _store.InsertAllocationAsync(next);
            }
        });
    }

    // A mistake: it is not enough that every region took the fall, when some had granted more before.
    private async ValueTask<bool> TakenAsync(SimBudget budget, IReadOnlyList<AllocationRow> rows)
    {
        foreach (var share in rows[^1].Split)
        {
            foreach (var period in (long[])[rows[^1].Period, budget.Calendar.Next(rows[^1].Period)])
            {
                var view = new AccountView(new LogKey(new AccountKey(budget.Id, period), share.Region, (await _store.ReadGenerationAsync(share.Region)).Number));
                await view.RefreshAsync(_store, LogRead.Quorum);
                if (view.Log.AllocationSequence < rows[^1].Sequence)
                {
                    return false;
                }
            }
        }

        return true;
    }

    // Mistakes, each of which the checks must see.
    private async ValueTask ReloadAsync(AccountView view)
    {
        foreach (var epoch in view.Log.Epochs.ToArray())
        {
            if (epoch.Incarnation is null && epoch.Epoch > view.Log.Sealed && !World.Slices[Region].Has(view.Key, epoch.Epoch))
            {
                await _store.LoadAsync(view.Key, epoch.Epoch, epoch.Granted);
            }
        }
    }

    private async ValueTask CloseEarlyAsync(AccountView view)
    {
        await view.RefreshAsync(_store, LogRead.Quorum);
        await view.ReadRowsAsync(_store);
        await _steps.SealAsync(view);
        foreach (var epoch in view.Log.Epochs.Where(epoch => epoch.Closed is null && epoch.Epoch <= view.Log.Sealed).ToArray())
        {
            await view.AppendAsync(_store, [LogOperation.Close(epoch.Epoch, view.UsedOf(epoch.Epoch), default)], World.Random.Guid());
        }
    }

    private async ValueTask EndAtOnceAsync(AccountView view)
    {
        await view.RefreshAsync(_store, LogRead.Quorum);
        await _steps.SealAsync(view);
        await view.ReadRowsAsync(_store);
        foreach (var epoch in view.Log.Epochs.Where(epoch => epoch.Closed is null && epoch.Epoch <= view.Log.Sealed).ToArray())
        {
            await view.AppendAsync(_store, [LogOperation.Close(epoch.Epoch, view.UsedOf(epoch.Epoch), default)], World.Random.Guid());
        }
    }

    private AccountView ViewOf(SimBudget budget, long period)
    {
        var key = new LogKey(new AccountKey(budget.Id, period), Region, World.Cluster.Generation(Region).Number);
        if (!_views.TryGetValue(key, out var view))
        {
            _views.Add(key, view = new AccountView(key));
        }

        return view;
    }

    /// <summary>Closes, as an operator would, what will never be reported.</summary>
    public void ForceClose(SimBudget budget, long period, Func<int, bool> isLost)
    {
        var view = ViewOf(budget, period);
        Start(view, async () =>
        {
            await view.RefreshAsync(_store, LogRead.Quorum);
            foreach (var epoch in view.Log.Epochs.Where(epoch => epoch.Closed is null && epoch.Epoch <= view.Log.Sealed && isLost(epoch.Epoch)).ToArray())
            {
                await _steps.ForceCloseAsync(view, epoch.Epoch);
            }
        });
    }
}
