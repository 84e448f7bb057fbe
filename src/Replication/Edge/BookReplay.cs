using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Edge;

/// <summary>
/// Reads earlier incarnations' records again. What must stay true: a record changes what it changed when it was written; an
/// account's state in a checkpoint replaces all that came before it; what was in flight is charged as reserved and flagged;
/// where the end is missing everything leased and not fenced is charged too. Action of the specification: Crash.
/// </summary>
internal sealed class BookReplay
{
    private readonly Dictionary<string, Life> _lives = [];
    private readonly List<string> _order = [];

    public static List<Estate> Read(IJournal journal, IReadOnlyDictionary<string, JournalEnd> ends, DateTimeOffset now)
    {
        var replay = new BookReplay();
        var position = default(JournalPosition);
        journal.Read(ref position, (incarnation, _, record) =>
        {
            if (incarnation != journal.Incarnation)
            {
                replay.Take(incarnation, record);
            }

            return true;
        });
        return replay.Settle(ends, now);
    }

    private void Take(string incarnation, ReadOnlySpan<byte> bytes)
    {
        if (!_lives.TryGetValue(incarnation, out var life))
        {
            _lives.Add(incarnation, life = new Life(incarnation));
            _order.Add(incarnation);
        }

        var record = new RecordReader(bytes);
        switch (record.Kind())
        {
            case BookRecordKind.Account:
                var opened = Life.Open(ref record, incarnation);
                life.Accounts.TryAdd(opened.Number, opened);
                break;
            case BookRecordKind.Register:
                life.Find(record.Int32())?.Register(record.Int32());
                break;
            case BookRecordKind.Lease:
                life.Leases[(record.Int32(), record.Int32())] = record.Vector();
                break;
            case BookRecordKind.Received:
                Receive(life, ref record);
                break;
            case BookRecordKind.Booked:
                Book(life, ref record);
                break;
            case BookRecordKind.Reserve:
                Reserve(life, ref record, stated: false);
                break;
            case BookRecordKind.ReservationState:
                Reserve(life, ref record, stated: true);
                break;
            case BookRecordKind.Settle:
                var settled = UsageRecords.Settled(ref record, out var id);
                life.End(id, settled);
                break;
            case BookRecordKind.Return:
                life.End(record.Number(), default);
                break;
            case BookRecordKind.Fence:
                life.Find(record.Int32())?.FenceOwn(record.Int32());
                break;
            case BookRecordKind.Done:
                Done(life, ref record);
                break;
            case BookRecordKind.AccountState:
                var state = Life.Open(ref record, incarnation);
                Restore(state, ref record);
                life.Accounts[state.Number] = state;
                break;
            case BookRecordKind.Inherited:
                var owner = record.RequiredText();
                var inherited = Life.Open(ref record, owner);
                Restore(inherited, ref record);
                life.Inherited[(owner, inherited.Account)] = inherited;
                break;
            case BookRecordKind.InheritanceDone:
                life.Settled.Add(record.RequiredText());
                break;
            case BookRecordKind.Usage or BookRecordKind.OrphanUsage or BookRecordKind.Uploaded:
                break;
            case var unknown:
                throw new LedgerCorruptException($"journal record kind {(byte)unknown} is not known here");
        }
    }

    private static void Receive(Life life, ref RecordReader record)
    {
        var (number, epoch, amount) = (record.Int32(), record.Int32(), record.Vector());
        life.Leases.Remove((number, epoch));
        if (life.Find(number) is { } holding)
        {
            holding.Register(epoch);
            holding.Receive(epoch, amount);
        }
    }

    private static void Book(Life life, ref RecordReader record)
    {
        if (life.Find(record.Int32()) is { } holding && holding.Find(record.Int32()) is { } epoch)
        {
            holding.BookOwed(epoch);
        }
    }

    private static void Reserve(Life life, ref RecordReader record, bool stated)
    {
        var id = record.Number();
        var labels = UsageRecords.Labels(ref record);
        if (stated || !life.Reservations.TryGetValue(id, out var call))
        {
            life.Reservations[id] = call = new OpenCall(labels, []);
        }

        while (!record.AtEnd)
        {
            var part = (Account: record.Int32(), Epoch: record.Int32(), Amount: record.Vector());
            call.Parts.Add(part);
            if (!stated)
            {
                life.Find(part.Account)?.Debit(part.Epoch, part.Amount);
            }
        }
    }

    private static void Done(Life life, ref RecordReader record)
    {
        if (life.Find(record.Int32()) is { } holding)
        {
            holding.Drop(record.Int32());
        }
    }

    private static void Restore(Holding holding, ref RecordReader record)
    {
        holding.FenceOwn(record.Int32());
        while (!record.AtEnd)
        {
            holding.Restore(record.Int32(), record.Vector(), record.Vector(), record.Vector(), record.Vector(), record.Vector());
        }
    }

    private List<Estate> Settle(IReadOnlyDictionary<string, JournalEnd> ends, DateTimeOffset now)
    {
        var estates = new List<Estate>();
        var passedOn = new HashSet<string>();
        foreach (var incarnation in Enumerable.Reverse(_order))
        {
            var life = _lives[incarnation];
            // A successor that took everything over speaks for those before it; one that ended within that does not.
            if (!passedOn.Contains(incarnation))
            {
                estates.Add(life.Settle(ends.GetValueOrDefault(incarnation, JournalEnd.Torn), now));
            }

            // All of one owner's together: a successor that ends within them has taken over none.
            foreach (var heirlooms in life.Inherited.Values.Where(holding => !passedOn.Contains(holding.Incarnation)).GroupBy(holding => holding.Incarnation))
            {
                if (!_lives.ContainsKey(heirlooms.Key) || life.Settled.Contains(heirlooms.Key))
                {
                    estates.Add(new Estate(heirlooms.Key, [.. heirlooms], []));
                }
            }

            passedOn.UnionWith(life.Settled);
            passedOn.UnionWith(life.Inherited.Keys.Select(key => key.Owner).Where(owner => !_lives.ContainsKey(owner)));
        }

        return estates;
    }

    private sealed record OpenCall(UsageLabels Labels, List<(int Account, int Epoch, SpendVector Amount)> Parts);

    private sealed class Life(string incarnation)
    {
        public Dictionary<int, Holding> Accounts { get; } = [];
        public SortedDictionary<long, OpenCall> Reservations { get; } = [];
        /// <summary>Journalled and not received: used only if a record of that was lost.</summary>
        public Dictionary<(int Account, int Epoch), SpendVector> Leases { get; } = [];

        public Dictionary<(string Owner, AccountKey Account), Holding> Inherited { get; } = [];
        public HashSet<string> Settled { get; } = [];

        public Holding? Find(int number) => Accounts.GetValueOrDefault(number);

        public static Holding Open(ref RecordReader record, string owner)
        {
            var number = record.Int32();
            var account = new AccountKey(record.RequiredText(), record.Number());
            return new Holding(account, owner, (BudgetUnits)record.Int32(), record.Int32()) { Number = number };
        }

        public void End(long id, in CallUsage usage)
        {
            if (Reservations.Remove(id, out var call))
            {
                BookMath.Settle(PartsOf(call), usage);
            }
        }

        public Estate Settle(JournalEnd end, DateTimeOffset now)
        {
            if (end == JournalEnd.Torn)
            {
                foreach (var ((number, epoch), amount) in Leases)
                {
                    Find(number)?.Receive(epoch, amount);
                }

                foreach (var holding in Accounts.Values)
                {
                    holding.ChargeHeld();
                }
            }

            var orphans = new List<Orphan>();
            foreach (var (id, call) in Reservations)
            {
                var parts = PartsOf(call);
                var usage = BookMath.Charged(parts, new CallUsage(now, default, 0, 0, 0, Estimated: true));
                BookMath.Settle(parts, usage);
                orphans.Add(new Orphan(-id, call.Labels, usage));
            }

            foreach (var holding in Accounts.Values)
            {
                holding.GiveUpHeld();
            }

            return new Estate(incarnation, [.. Accounts.Values.Where(holding => holding.Epochs.Count > 0)], orphans);
        }

        private List<ReservationPart> PartsOf(OpenCall call)
        {
            var parts = new List<ReservationPart>(call.Parts.Count);
            foreach (var (account, epoch, amount) in call.Parts)
            {
                if (Find(account) is { } holding)
                {
                    holding.RestoreInFlight(holding.Register(epoch), amount, parts);
                }
            }

            return parts;
        }
    }
}
