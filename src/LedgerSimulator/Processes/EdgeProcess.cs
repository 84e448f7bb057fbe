using GlobalGateway.LedgerSimulator.Stores;
using GlobalGateway.Replication.Accounts;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.LedgerSimulator.Processes;

/// <summary>One life of an edge: the product's book, rights source and reporter over simulated stores.</summary>
internal sealed class EdgeProcess : SimProcess
{
    private static readonly UsageLabels Labels = new("r", "t", null, null, "m", "p");

    private readonly SimStore _store;
    private readonly SimDisk _disk;
    private readonly SimJournal _journal;
    private readonly AccountSteps _steps;
    private readonly Dictionary<AccountKey, EdgeAccount> _accounts = [];
    private readonly List<EdgeAccount> _list = [];
    private RightsSource _source = null!;
    private RowReporter _reporter = null!;

    public EdgeProcess(World world, string name, string region, SimDisk disk, string incarnation)
        : base(world, name, region)
    {
        Incarnation = incarnation;
        _disk = disk;
        _store = new SimStore(world, this);
        _journal = new SimJournal(world, this, disk, incarnation) { Drops = world.Mutant == Mutant.SettleDropped ? (byte)BookRecordKind.Settle : null };
        _steps = new AccountSteps(_store, world.Random.Guid, _store, World.FoldEvery);
    }

    public string Incarnation { get; }

    public EdgeBook Book { get; private set; } = null!;

    public List<SimCall> Calls { get; } = [];

    /// <summary>Records on its disk so far.</summary>
    public int RecordCount => _disk.Records.Count;

    public IReadOnlyList<EdgeAccount> Accounts => _list;

    public void Open()
    {
        Book = EdgeBook.Open(_journal, _disk.Ends, World.Now);
        _source = new RightsSource(Book, _store, World.Slices[Region].Enabled ? new SliceGrants(_store, _store, _steps) : null, _steps, World.Random.Guid);
        _reporter = new RowReporter(Book, _store);
        if (World.Mutant == Mutant.AdoptAfterCrash)
        {
            Adopt();
        }
    }

    /// <summary>Ends without a word. What its calls in flight come to, nobody knows but the providers.</summary>
    public void Die(bool orphansFree)
    {
        foreach (var call in Calls)
        {
            if (orphansFree)
            {
                Book.Return(call.Reservation);
            }

            World.Oracle.Orphaned(this, call);
        }

        Calls.Clear();
        Alive = false;
    }

    public void Fetch(SimBudget budget)
    {
        if (AccountOf(budget) is not { } account)
        {
            return;
        }

        Start(account.View, async () =>
        {
            var rows = await _store.ReadAllocationsAsync(budget.Id);
            if (!AllocationPlan.Covers(rows, budget.Calendar, account.View.Key.Account.Period))
            {
                return;
            }

            await account.View.RefreshAsync(_store, LogRead.Quorum);
            await _steps.TakeAllocationsAsync(account.View, rows, World.Cluster.Generation(Region).HasRights(budget.Calendar, account.View.Key.Account.Period));
            if (World.Mutant == Mutant.NoFence && !World.IsDraining)
            {
                await LeaseUnfencedAsync(account, budget);
                return;
            }

            var wish = new RightsWish(budget.Typical, new SpendVector(4, 80, 800).Only(budget.Units), 2);
            await _source.FetchAsync(account.Holding, account.View, wish);
        });
    }

    /// <summary>Asks another region for rights, and sees what was given.</summary>
    public void Ask(SimBudget budget, string giver)
    {
        if (AccountOf(budget) is not { } account)
        {
            return;
        }

        Start(account.View, async () =>
        {
            var key = account.View.Key;
            var generation = (await _store.ReadGenerationAsync(giver)).Number;
            var log = (await account.Receipts.ReadAsync(_store, giver, generation)).Log;
            var total = log.TransferredTo(key.Region, key.Generation) + budget.Typical * 2;
            await _store.WriteDemandAsync(new TransferDemand(key.Account, giver, key.Region, key.Generation, total));
            await account.Receipts.ReadAsync(_store, giver, generation);
        });
    }

    public void Heed(EdgeAccount account) => Start(account.Seals, async () =>
    {
        await account.Seals.RefreshAsync(_store, LogRead.Quorum);
        if (World.Mutant == Mutant.CapUnfenced)
        {
            await CapUnfencedAsync(account);
            return;
        }

        Book.Fence(account.Holding, account.Seals.Log.Sealed);
        await _reporter.ReportAsync(account.Holding, account.Seals.Key);
    });

    public void Report(EdgeAccount account) => Start(account.Holding, async () =>
    {
        if (World.Random.Chance(5))
        {
            Book.ReportAgain();
        }

        await _reporter.ReportAsync(account.Holding, account.Seals.Key);
    });

    public void SpeakForInherited()
    {
        var holdings = new List<Holding>();
        Book.CollectInherited(holdings);
        foreach (var holding in holdings)
        {
            Start(holding, async () => await _reporter.ReportAsync(holding, new LogKey(holding.Account, Region, holding.Generation)));
        }
    }

    public bool HasRights(SimBudget budget) => AccountOf(budget)?.Holding.CanReserve(budget.Typical) == true;

    /// <summary>Epochs of earlier incarnations that are not reported finally.</summary>
    public int InheritedEpochs(Func<SimLog, bool> isAbandoned)
    {
        var holdings = new List<Holding>();
        Book.CollectInherited(holdings);
        return holdings.Where(holding => !isAbandoned(World.Cluster.Log(new LogKey(holding.Account, Region, holding.Generation)))).Sum(holding => holding.Epochs.Count);
    }

    /// <returns>Whether there were rights.</returns>
    public bool Reserve(SimBudget[] budgets)
    {
        var wants = new List<HoldingWant>(2);
        var size = new SpendVector(1, World.Random.Between(1, 30), World.Random.Between(1, 300));
        foreach (var budget in budgets)
        {
            if (AccountOf(budget) is not { } account)
            {
                return false;
            }

            wants.Add(new HoldingWant(account.Holding, size));
        }

        if (wants.Exists(want => !want.Holding.Owed.IsZero)
            && Book.TryReserve([.. wants], Labels, out _) is not null)
        {
            throw new ViolationException("I1", $"{Name} admits a call while it owes");
        }

        if (World.Mutant == Mutant.ReserveAfterSend)
        {
            _journal.Drops = (byte)BookRecordKind.Reserve;
        }

        var reservation = Book.TryReserve([.. wants], Labels, out _);
        _journal.Drops = _journal.Drops == (byte)BookRecordKind.Reserve ? null : _journal.Drops;
        if (reservation is not null)
        {
            var call = new SimCall(reservation);
            Calls.Add(call);
            World.Oracle.Reserved(this, call);
        }

        return reservation is not null;
    }

    public void TopUp(SimCall call)
    {
        var wants = call.Reservation.Parts.Select(part => part.Holding).Distinct().Select(holding => new HoldingWant(holding, new SpendVector(0, 10, 100))).ToArray();
        if (Book.TryTopUp(call.Reservation, wants, out _))
        {
            World.Oracle.ToppedUp(this, call);
        }
    }

    public void Settle(SimCall call)
    {
        Calls.Remove(call);
        var reserved = call.Parts.Aggregate(SpendVector.Zero, (most, part) => SpendVector.Max(most, part.Amount));
        if (World.Random.Chance(10))
        {
            Book.Return(call.Reservation);
            World.Oracle.Ended(this, call, default, measured: true);
            return;
        }

        var used = new SpendVector(1, World.Random.Between(0, reserved.Tokens), World.Random.Between(0, reserved.NanoDollars));
        if (World.May(Faults.Unknown, 10))
        {
            Book.Settle(call.Reservation, new CallUsage(World.Now, default, 0, 0, 0, Estimated: true));
            World.Oracle.Ended(this, call, used, measured: false);
            return;
        }

        if (World.May(Faults.Excess, 6))
        {
            used += new SpendVector(0, World.Random.Between(1, 20), World.Random.Between(1, 200));
        }

        Book.Settle(call.Reservation, new CallUsage(World.Now, used, 0, 0, 0, Estimated: false));
        World.Oracle.Ended(this, call, used, measured: true);
        if (World.Mutant == Mutant.DoubleRefund)
        {
            RefundAgain(call, used);
        }
    }

    private EdgeAccount? AccountOf(SimBudget budget)
    {
        var key = new AccountKey(budget.Id, budget.Calendar.PeriodOf(Clock.GetUtcNow()));
        if (_accounts.TryGetValue(key, out var account))
        {
            return account;
        }

        var generation = World.Cluster.Generation(Region).Number;
        if (Book.Account(key, budget.Units, generation) is not { } holding)
        {
            return null;
        }

        return Add(new EdgeAccount(holding, new LogKey(key, Region, generation)));
    }

    private EdgeAccount Add(EdgeAccount account)
    {
        _accounts.Add(account.Holding.Account, account);
        _list.Add(account);
        return account;
    }

    // Mistakes, each of which the checks must see.
    private static void RefundAgain(SimCall call, SpendVector used)
    {
        foreach (var part in call.Reservation.Parts)
        {
            var refund = (part.Amount - used.Only(part.Holding.Units)).Positive();
            var epoch = part.Epoch;
            if (epoch.Epoch > part.Holding.Fence)
            {
                part.Holding.Restore(epoch.Epoch, epoch.Held + refund, epoch.Spent, epoch.Estimated, epoch.Owed, default);
            }
        }
    }

    private async ValueTask CapUnfencedAsync(EdgeAccount account)
    {
        foreach (var epoch in account.Holding.Epochs.Where(epoch => epoch.Epoch <= account.Seals.Log.Sealed).ToArray())
        {
            await _store.WriteRowAsync(account.Seals.Key, new UsedRow(Incarnation, epoch.Epoch, epoch.Spent, epoch.Estimated, epoch.Spent + epoch.InFlight, epoch.Pending == 0));
        }
    }

    private async ValueTask LeaseUnfencedAsync(EdgeAccount account, SimBudget budget)
    {
        foreach (var epoch in account.View.Log.Epochs.Where(epoch => epoch.Incarnation is null && epoch.Epoch > account.View.Log.Sealed).ToArray())
        {
            if (!Book.Register(account.Holding, epoch.Epoch))
            {
                continue;
            }

            await _journal.SyncAsync();
            await _store.WriteRowAsync(account.View.Key, UsedRow.Registered(Incarnation, epoch.Epoch));
            await account.View.RefreshAsync(_store, LogRead.Quorum);
            if (epoch.Epoch <= account.View.Log.Sealed)
            {
                return;
            }

            var lease = await _store.TakeAsync(account.View.Key, epoch.Epoch, World.Random.Guid(), budget.Typical * 3);
            if (!lease.Amount.IsZero)
            {
                if (!await Book.LeaseAsync(account.Holding, epoch.Epoch, lease.Amount))
                {
                    // However long the answer or the disk took, and whatever was sealed meanwhile.
                    var known = account.Holding.Register(epoch.Epoch);
                    account.Holding.Restore(epoch.Epoch, known.Held + lease.Amount, known.Spent, known.Estimated, known.Owed, default);
                }

                return;
            }
        }

        await _source.FetchAsync(account.Holding, account.View, new RightsWish(budget.Typical, budget.Typical * 3, 2));
    }

    private void Adopt()
    {
        foreach (var log in World.Cluster.Logs.Where(log => log.Key.Region == Region).ToArray())
        {
            foreach (var epoch in log.Truth.Epochs.Where(epoch => epoch.Incarnation is { } named && _disk.Ends.ContainsKey(named) && epoch.Epoch > log.Truth.Sealed).ToArray())
            {
                if (Book.Account(log.Key.Account, World.Budgets.First(budget => budget.Id == log.Key.Account.Budget).Units, log.Key.Generation) is { } holding)
                {
                    if (!_accounts.ContainsKey(log.Key.Account))
                    {
                        Add(new EdgeAccount(holding, log.Key));
                    }

                    Book.Register(holding, epoch.Epoch);
                    Book.ReadSeals(holding, epoch.Epoch, log.Truth.Sealed);
                    holding.Receive(epoch.Epoch, epoch.Granted);
                }
            }
        }
    }
}

/// <summary>An account at a simulated edge; each view belongs to one lane.</summary>
internal sealed class EdgeAccount(Holding holding, LogKey log)
{
    public Holding Holding { get; } = holding;
    public AccountView View { get; } = new(log);
    public AccountView Seals { get; } = new(log);
    public TransferReceipts Receipts => field ??= new TransferReceipts(View);
}
