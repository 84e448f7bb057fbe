using System.Diagnostics.CodeAnalysis;
using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Edge;

/// <summary>
/// Every account one edge incarnation holds rights of, and its journal. Invariants: the order of records is the order of
/// changes, so that a replay ends in the same state; a reservation covers all its accounts or none, and is in the kernel
/// before it is returned; it ends exactly once; rights are used only after their lease is on the disk; nothing is held of an
/// epoch that was fenced.
/// </summary>
public sealed class EdgeBook
{
    private readonly Lock _gate = new();
    private readonly IJournal _journal;
    private readonly BookRecords _records;
    private readonly Dictionary<AccountKey, Holding> _accounts = [];
    private readonly Dictionary<long, Reservation> _open = [];
    private readonly List<Holding> _inherited;
    private long _reservations;
    private long _events;
    private int _numbers;
    private int _leasing;

    private EdgeBook(IJournal journal, List<Holding> inherited) => (_journal, _records, _inherited) = (journal, new BookRecords(journal), inherited);

    public string Incarnation => _journal.Incarnation;

    public IJournal Journal => _journal;

    /// <summary>Reservations that have not ended.</summary>
    public int OpenReservations => _open.Count;

    /// <summary>Reads what earlier incarnations left, settles it, and begins a new incarnation's book.</summary>
    /// <param name="ends">How each earlier incarnation's part ended.</param>
    /// <exception cref="LedgerCorruptException">A whole record does not say what a book writes.</exception>
    /// <exception cref="JournalFailedException">What was inherited cannot be written down.</exception>
    public static EdgeBook Open(IJournal journal, IReadOnlyDictionary<string, JournalEnd> ends, DateTimeOffset now)
    {
        var estates = BookReplay.Read(journal, ends, now);
        var book = new EdgeBook(journal, [.. estates.SelectMany(estate => estate.Holdings)]);
        foreach (var estate in estates)
        {
            var kept = true;
            foreach (var orphan in estate.Orphans)
            {
                kept &= book._records.OrphanUsage(estate.Incarnation, orphan.Sequence, orphan.Labels, orphan.Usage);
            }

            foreach (var holding in estate.Holdings)
            {
                // Who is gone leases nothing any more: its epochs need no seal to be fenced.
                holding.FenceOwn(int.MaxValue);
                kept &= book._records.State(BookRecordKind.Inherited, holding);
            }

            if (!(kept && book._records.InheritanceDone(estate.Incarnation)))
            {
                throw new JournalFailedException($"what incarnation {estate.Incarnation} left cannot be taken over: {journal.Problem ?? "the journal takes no records"}");
            }
        }

        return book;
    }

    /// <summary>The holding of an account, made on its first use; null while the journal takes no records or the edge has too many accounts.</summary>
    public Holding? Account(AccountKey key, BudgetUnits units, int generation)
    {
        lock (_gate)
        {
            if (_accounts.TryGetValue(key, out var known))
            {
                return known;
            }

            var holding = new Holding(key, Incarnation, units, generation) { Number = _numbers + 1 };
            if (_accounts.Count >= BookLimits.AccountsMax || !_records.Account(holding))
            {
                return null;
            }

            _numbers++;
            _accounts.Add(key, holding);
            return holding;
        }
    }

    /// <summary>Sets rights aside in every account, or in none.</summary>
    /// <returns>Null with the account that lacks rights in <paramref name="lacking"/>, or with none when the journal takes no records.</returns>
    public Reservation? TryReserve(ReadOnlySpan<HoldingWant> wants, UsageLabels labels, out Holding? lacking)
    {
        lock (_gate)
        {
            if (!Fits(wants, 0, out lacking))
            {
                return null;
            }

            var reservation = new Reservation(++_reservations, labels);
            if (!Take(reservation, wants))
            {
                return null;
            }

            _open.Add(reservation.Id, reservation);
            return reservation;
        }
    }

    /// <summary>Adds rights to a reservation, in every account or in none.</summary>
    public bool TryTopUp(Reservation reservation, ReadOnlySpan<HoldingWant> wants, out Holding? lacking)
    {
        lock (_gate)
        {
            lacking = null;
            return !reservation.Ended && Fits(wants, reservation.Parts.Count, out lacking) && Take(reservation, wants);
        }
    }

    /// <summary>Ends a reservation at what was used; a second call does nothing.</summary>
    /// <returns>False when the journal did not take it: after a restart the call is charged as it was reserved.</returns>
    public bool Settle(Reservation reservation, in CallUsage usage)
    {
        lock (_gate)
        {
            if (reservation.Ended)
            {
                return true;
            }

            reservation.Ended = true;
            _open.Remove(reservation.Id);
            BookMath.Settle(reservation.Parts, usage);
            return _records.Settle(reservation, ++_events, BookMath.Charged(reservation.Parts, usage));
        }
    }

    /// <summary>Ends a reservation that was not used: no byte was sent, or its provider is known not to bill.</summary>
    public void Return(Reservation reservation)
    {
        lock (_gate)
        {
            if (reservation.Ended)
            {
                return;
            }

            reservation.Ended = true;
            _open.Remove(reservation.Id);
            BookMath.Settle(reservation.Parts, default);
            // A return that the journal does not take is charged as reserved after a restart.
            _records.Return(reservation.Id);
        }
    }

    /// <summary>Keeps the usage event of a call that no budget covers.</summary>
    public bool Record(UsageLabels labels, in CallUsage usage)
    {
        lock (_gate)
        {
            return _records.Usage(++_events, labels, usage);
        }
    }

    /// <summary>Notes that the row of an epoch is about to be written.</summary>
    public bool Register(Holding holding, int epoch)
    {
        lock (_gate)
        {
            if (holding.Find(epoch) is not null)
            {
                return true;
            }

            if (epoch <= holding.Fence || holding.Epochs.Count >= BookLimits.EpochsMax || !_records.Epoch(BookRecordKind.Register, holding, epoch))
            {
                return false;
            }

            holding.Register(epoch);
            return true;
        }
    }

    /// <summary>Takes in the seals as they were read after the row of <paramref name="epoch"/> had been written.</summary>
    public void ReadSeals(Holding holding, int epoch, int sealedUpTo)
    {
        Fence(holding, sealedUpTo);
        lock (_gate)
        {
            holding.ReadSeals(epoch, sealedUpTo);
        }
    }

    /// <summary>Writes a lease down and, once it is on the disk, lets it be used.</summary>
    /// <returns>False when the rights may not be used: fenced meanwhile, or the journal does not take them.</returns>
    public async ValueTask<bool> LeaseAsync(Holding holding, int epoch, SpendVector amount, CancellationToken cancel = default)
    {
        lock (_gate)
        {
            if (!_journal.TakesLeases || !holding.Usable(epoch) || !_records.Lease(BookRecordKind.Lease, holding, epoch, amount))
            {
                return false;
            }

            _leasing++;
        }

        try
        {
            await _journal.SyncAsync(cancel);
        }
        finally
        {
            lock (_gate)
            {
                _leasing--;
            }
        }

        lock (_gate)
        {
            // From here on settlements may take from it: a replay must see the same order.
            return epoch > holding.Fence && _records.Lease(BookRecordKind.Received, holding, epoch, amount) && holding.Receive(epoch, amount);
        }
    }

    /// <summary>Gives up what is unspent up to this epoch. The cap goes out only after the next sync.</summary>
    public void Fence(Holding holding, int sealedUpTo)
    {
        lock (_gate)
        {
            if (sealedUpTo > holding.Fence)
            {
                // Not taken: the rights are charged in full after a restart, which the ledger can bear.
                _ = _records.Epoch(BookRecordKind.Fence, holding, sealedUpTo);
                holding.FenceOwn(sealedUpTo);
            }
        }
    }

    /// <summary>The rows that the ledger does not have yet, and for which the caller syncs the journal before they are sent.</summary>
    public void CollectDue(Holding holding, List<UsedRow> rows)
    {
        lock (_gate)
        {
            foreach (var epoch in holding.Epochs)
            {
                if (holding.MayBook(epoch) && (holding.Incarnation != Incarnation || _records.Epoch(BookRecordKind.Booked, holding, epoch.Epoch)))
                {
                    holding.BookOwed(epoch);
                }

                if (holding.Due(epoch) is { } row)
                {
                    rows.Add(row);
                }
            }
        }
    }

    /// <summary>The ledger has these rows.</summary>
    public void Reported(Holding holding, IReadOnlyList<UsedRow> rows)
    {
        lock (_gate)
        {
            foreach (var row in rows)
            {
                holding.Reported(row);
                if (row.Final && holding.Incarnation == Incarnation)
                {
                    _records.Epoch(BookRecordKind.Done, holding, row.Epoch);
                }
            }

            if (holding.Incarnation != Incarnation && holding.Epochs.Count == 0)
            {
                _inherited.Remove(holding);
            }
        }
    }

    /// <summary>After the ledger was away: everything it acknowledged before is sent again, which does no harm.</summary>
    public void ReportAgain()
    {
        lock (_gate)
        {
            foreach (var holding in _accounts.Values)
            {
                holding.ReportAgain();
            }
        }
    }

    /// <summary>Forgets an account that has nothing left to report.</summary>
    public bool Forget(Holding holding)
    {
        lock (_gate)
        {
            return holding.Epochs.Count == 0 && _accounts.Remove(holding.Account);
        }
    }

    public SpendVector HeldOf(Holding holding)
    {
        lock (_gate)
        {
            return holding.Owed.IsZero ? holding.Held : default;
        }
    }

    /// <summary>What has settled of each epoch that is not finally reported.</summary>
    public (int Epoch, SpendVector Spent)[] SpentOf(Holding holding)
    {
        lock (_gate)
        {
            return [.. holding.Epochs.Select(epoch => (epoch.Epoch, epoch.Spent))];
        }
    }

    /// <summary>What earlier incarnations have not reported finally.</summary>
    public void CollectInherited(List<Holding> holdings)
    {
        lock (_gate)
        {
            holdings.AddRange(_inherited);
        }
    }

    /// <summary>Usage events before the position are stored.</summary>
    public void Uploaded(JournalPosition position)
    {
        lock (_gate)
        {
            _records.Uploaded(position);
        }
    }

    /// <summary>Writes the open reservations and begins a walk over the accounts, after which records before <paramref name="from"/> are not needed.</summary>
    public bool BeginCheckpoint(out JournalPosition from, [NotNullWhen(true)] out Holding[]? accounts)
    {
        lock (_gate)
        {
            from = _journal.End;
            accounts = null;
            if (_leasing > 0)
            {
                // A lease that is not received is in no account's state: its record must stay.
                return false;
            }

            foreach (var reservation in _open.Values)
            {
                if (!_records.Reserve(BookRecordKind.ReservationState, reservation, 0))
                {
                    return false;
                }
            }

            foreach (var holding in _inherited)
            {
                if (!_records.State(BookRecordKind.Inherited, holding))
                {
                    return false;
                }
            }

            accounts = [.. _accounts.Values];
            return true;
        }
    }

    /// <summary>Writes some accounts' state; few at a time, since requests wait meanwhile.</summary>
    public bool Checkpoint(ReadOnlySpan<Holding> accounts)
    {
        lock (_gate)
        {
            foreach (var holding in accounts)
            {
                if (_accounts.ContainsKey(holding.Account) && !_records.State(BookRecordKind.AccountState, holding))
                {
                    return false;
                }
            }

            return true;
        }
    }

    private static bool Fits(ReadOnlySpan<HoldingWant> wants, int parts, out Holding? lacking)
    {
        lacking = null;
        foreach (var want in wants)
        {
            if (!want.Holding.CanReserve(want.Amount.Only(want.Holding.Units)))
            {
                lacking = want.Holding;
                return false;
            }

            parts += want.Holding.Epochs.Count;
        }

        return parts <= BookLimits.PartsMax;
    }

    private bool Take(Reservation reservation, ReadOnlySpan<HoldingWant> wants)
    {
        var from = reservation.Parts.Count;
        foreach (var want in wants)
        {
            want.Holding.Reserve(want.Amount.Only(want.Holding.Units), reservation.Parts);
        }

        if (_records.Reserve(BookRecordKind.Reserve, reservation, from))
        {
            return true;
        }

        BookMath.Settle(reservation.Parts.GetRange(from, reservation.Parts.Count - from), default);
        reservation.Parts.RemoveRange(from, reservation.Parts.Count - from);
        return false;
    }
}
