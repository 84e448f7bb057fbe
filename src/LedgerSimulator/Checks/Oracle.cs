using GlobalGateway.LedgerSimulator.Processes;
using GlobalGateway.LedgerSimulator.Stores;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.LedgerSimulator.Checks;

/// <summary>
/// Knows what is true and checks what must always hold, from the outside: it never asks the product's state machines. I1 and I2 per
/// step and epoch; the log's own rules (I5) when entries are appended; I3 and I4 once everything is healed and drained.
/// </summary>
internal sealed class Oracle(World world)
{
    private readonly Dictionary<AccountKey, Truth> _accounts = [];
    private readonly HashSet<string> _lost = [];
    private readonly List<Measurement> _measured = [];
    private readonly HashSet<SimEpoch> _touched = [];

    public void Reserved(EdgeProcess edge, SimCall call) => ToppedUp(edge, call);

    public void ToppedUp(EdgeProcess edge, SimCall call)
    {
        for (var i = call.Parts.Count; i < call.Reservation.Parts.Count; i++)
        {
            var part = call.Reservation.Parts[i];
            var epoch = world.Cluster.Log(new LogKey(part.Holding.Account, edge.Region, part.Holding.Generation)).Epoch(part.Epoch.Epoch);
            epoch.InFlight += part.Amount;
            call.Parts.Add((epoch, part.Holding.Account, part.Amount));
            Of(part.Holding.Account).Live += part.Amount;
            _touched.Add(epoch);
        }
    }

    /// <param name="used">What the provider did.</param>
    /// <param name="measured">Whether it said so.</param>
    public void Ended(EdgeProcess edge, SimCall call, SpendVector used, bool measured)
    {
        foreach (var account in call.Parts.Select(part => part.Account).Distinct().ToArray())
        {
            var units = world.Budgets.First(budget => budget.Id == account.Budget).Units;
            var left = used.Only(units);
            var truth = Of(account);
            truth.Actual += left;
            if (measured)
            {
                _measured.Add(new Measurement(edge.Incarnation, edge.RecordCount, account, left, Excess: default));
            }

            foreach (var (epoch, owner, amount) in call.Parts)
            {
                if (owner != account)
                {
                    continue;
                }

                var spent = SpendVector.Min(amount, left);
                left -= spent;
                epoch.InFlight -= amount;
                epoch.True += spent;
                truth.Live -= amount - spent;
                _touched.Add(epoch);
            }

            if (measured && !left.IsZero)
            {
                _measured[^1] = _measured[^1] with { Excess = left };
            }
        }
    }

    /// <summary>Its edge is gone; the provider did some of it, and nobody here will ever know.</summary>
    public void Orphaned(EdgeProcess edge, SimCall call)
    {
        var most = call.Parts.Aggregate(SpendVector.Zero, (most, part) => SpendVector.Max(most, part.Amount));
        Ended(edge, call, world.Random.Chance(30) ? default : new SpendVector(1, world.Random.Between(0, most.Tokens), world.Random.Between(0, most.NanoDollars)), measured: false);
    }

    public void RecordsLost(HashSet<string> incarnations, int kept)
    {
        foreach (var lost in _measured.Where(known => incarnations.Contains(known.Incarnation) && known.Record > kept))
        {
            Of(lost.Account).LostExcess += lost.Excess;
        }

        _measured.RemoveAll(known => incarnations.Contains(known.Incarnation) && known.Record > kept);
    }

    public void DiskLost(SimDisk disk, EdgeProcess edge)
    {
        foreach (var incarnation in disk.Ends.Keys.Append(edge.Incarnation))
        {
            if (_lost.Add(incarnation))
            {
                foreach (var lost in _measured.Where(known => known.Incarnation == incarnation))
                {
                    Of(lost.Account).LostExcess += lost.Excess;
                }
            }
        }
    }

    /// <summary>Whether some holder of an epoch will never answer.</summary>
    public bool IsLost(SimEpoch epoch) => epoch.Rows.Exists(row => !row.Final && _lost.Contains(row.Incarnation));

    public void Touch(SimEpoch epoch) => _touched.Add(epoch);

    public void AfterAppend(SimLog log, LogEntry entry)
    {
        foreach (var operation in entry.Operations)
        {
            if (operation.Kind is LogOperationKind.Grant or LogOperationKind.Transfer)
            {
                Granted(log);
            }
            else if (operation.Kind == LogOperationKind.Delta)
            {
                Shared(log.Key.Account);
            }

            if (operation.Kind is LogOperationKind.Close or LogOperationKind.Cap or LogOperationKind.Adjust)
            {
                _touched.Add(log.Epoch(operation.Number));
            }
        }
    }

    /// <summary>Checks what the last step touched.</summary>
    public void Check()
    {
        foreach (var epoch in _touched)
        {
            var live = epoch.True + epoch.InFlight;
            if (!epoch.Granted && !live.IsZero)
            {
                throw new ViolationException("I1", $"{live} is spent in an epoch that nobody granted");
            }

            if (!live.FitsIn(epoch.Charge))
            {
                throw new ViolationException("I2", $"an epoch of {epoch.Amount} is charged {epoch.Charge}, and {epoch.True} was used with {epoch.InFlight} in flight");
            }
        }

        _touched.Clear();
        foreach (var (account, truth) in _accounts)
        {
            if (truth.BoundRows != world.Cluster.AllocationRows)
            {
                (truth.Bound, truth.BoundRows) = (Bound(account, 0), world.Cluster.AllocationRows);
            }

            if (!truth.Live.FitsIn(truth.Bound))
            {
                throw new ViolationException("I1", $"{account}: {truth.Live} is spent or in flight of {truth.Bound}");
            }
        }
    }

    /// <summary>Everything is healed, settled and reported: now the sums must be exact (I3).</summary>
    public void CheckExact()
    {
        foreach (var group in world.Cluster.Logs.GroupBy(log => log.Key.Account))
        {
            if (group.Any(world.IsAbandoned))
            {
                continue;
            }

            var (charged, estimated, lostMeasured) = (SpendVector.Zero, SpendVector.Zero, SpendVector.Zero);
            foreach (var log in group)
            {
                foreach (var (number, epoch) in log.Epochs)
                {
                    if (epoch.Granted && epoch.Closed is null)
                    {
                        throw new ViolationException("I3", $"{log.Key}: epoch {number} is not closed after everything healed");
                    }

                    charged += epoch.Closed ?? default;
                    estimated += epoch.Estimated;
                    foreach (var row in epoch.Rows.Where(row => _lost.Contains(row.Incarnation)))
                    {
                        lostMeasured += row.Used - row.Estimated;
                    }
                }
            }

            var measured = _measured.Where(known => known.Account == group.Key && !_lost.Contains(known.Incarnation)).Aggregate(lostMeasured, (sum, known) => sum + known.Used);
            if (charged - estimated != measured)
            {
                throw new ViolationException("I3", $"{group.Key}: {charged} is charged, {estimated} of it flagged, but {measured} was measured");
            }

            var truth = Of(group.Key);
            if (!truth.Actual.FitsIn(charged + truth.LostExcess))
            {
                throw new ViolationException("I2", $"{group.Key}: {charged} is charged and {truth.Actual} was used");
            }
        }
    }

    /// <summary>Rights that a region granted before it fell must not be given to another.</summary>
    public void BeforeRow(AllocationRow last, AllocationRow row)
    {
        if (row.Split.All(share => share.Share.FitsIn(last.ShareOf(share.Region))))
        {
            return;
        }

        foreach (var log in world.Cluster.Logs)
        {
            if (log.Key.Account.Budget == row.Budget && log.Key.Account.Period >= last.Period && log.Truth.AllocationSequence == last.Sequence && !world.IsAbandoned(log)
                && !(Left(log) + row.ShareOf(log.Key.Region) - last.ShareOf(log.Key.Region)).IsWhole)
            {
                throw new ViolationException("I1", $"allocation {row.Sequence} of {row.Budget} raises regions while {log.Key} has granted {Left(log)} more than it has");
            }
        }
    }

    // What the log itself says must cover what it gives away, whoever read how much of it.
    private void Granted(SimLog log)
    {
        if (!Left(log).IsWhole)
        {
            throw new ViolationException("I1", $"{log.Key} gives away what it has not: {Left(log)} is left");
        }
    }

    private SpendVector Left(SimLog log)
    {
        var left = log.Truth.Share - log.Truth.TotalTransferredOut - log.Truth.Charged(static _ => default);
        foreach (var other in world.Cluster.Logs)
        {
            left += other.Key.Account == log.Key.Account ? other.Truth.TransferredTo(log.Key.Region, log.Key.Generation) : default;
        }

        return left;
    }

    private void Shared(AccountKey account)
    {
        var (shares, least) = (SpendVector.Zero, int.MaxValue);
        foreach (var log in world.Cluster.Logs)
        {
            if (log.Key.Account == account && log.Truth.AllocationSequence > 0)
            {
                shares += log.Truth.Share;
                least = Math.Min(least, log.Truth.AllocationSequence);
            }
        }

        if (!shares.FitsIn(Bound(account, least)))
        {
            throw new ViolationException("I1", $"{account}: regions hold {shares} of {Bound(account, least)}");
        }
    }

    private SpendVector Bound(AccountKey account, int fromSequence)
    {
        var bound = SpendVector.Zero;
        AllocationRow? before = null;
        foreach (var row in world.Cluster.Allocations(account.Budget))
        {
            if (row.Period > account.Period)
            {
                continue;
            }

            if (row.Sequence < fromSequence)
            {
                before = row;
                continue;
            }

            bound = SpendVector.Max(bound, row.Amount);
        }

        return bound == default && before is not null ? before.Amount : bound;
    }

    private Truth Of(AccountKey account)
    {
        if (!_accounts.TryGetValue(account, out var truth))
        {
            _accounts.Add(account, truth = new Truth());
        }

        return truth;
    }

    private sealed class Truth
    {
        /// <summary>The most the budget ever was, as of so many allocation rows.</summary>
        public SpendVector Bound { get; set; }
        public int BoundRows { get; set; } = -1;

        /// <summary>Used by calls that ended, up to what they reserved, and reserved by those that have not.</summary>
        public SpendVector Live { get; set; }

        /// <summary>Used, beyond reservations too.</summary>
        public SpendVector Actual { get; set; }

        /// <summary>Used beyond reservations, and told to nobody who is still there.</summary>
        public SpendVector LostExcess { get; set; }
    }

    private readonly record struct Measurement(string Incarnation, int Record, AccountKey Account, SpendVector Used, SpendVector Excess);
}
