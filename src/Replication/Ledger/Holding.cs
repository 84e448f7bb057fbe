namespace GlobalGateway.Replication.Ledger;

/// <summary>
/// What one edge incarnation holds of one account, epoch by epoch: the edge's side of the protocol, without clock or I/O.
/// Invariants: nothing is held in a fenced epoch; per epoch, held + in flight + spent is at most what was leased, but for what a
/// provider billed beyond its reservation and no right covered when the epoch ended; spent and the fence only grow; while
/// something is owed nothing is reserved.
/// Actions of the specification: Register, ReadSeals, Adopt, Receive, Reserve, Settle, Report, FenceOwn, Final, Crash.
/// </summary>
public sealed class Holding(AccountKey account, string incarnation, BudgetUnits units, int generation)
{
    private readonly List<EpochHolding> _epochs = new(1);

    public AccountKey Account { get; } = account;
    public string Incarnation { get; } = incarnation;
    public BudgetUnits Units { get; } = units;

    /// <summary>Of the region's log that the rights come from.</summary>
    public int Generation { get; } = generation;

    /// <summary>The owner's own number for it.</summary>
    public int Number { get; init; }

    /// <summary>No lease in any epoch up to this one.</summary>
    public int Fence { get; private set; }

    /// <summary>Rights that the next reservation may take.</summary>
    public SpendVector Held { get; private set; }

    /// <summary>Billed beyond reservations and not yet covered by rights.</summary>
    public SpendVector Owed { get; private set; }

    /// <summary>Everything settled by this incarnation so far, whatever epochs it was in.</summary>
    public SpendVector Settled { get; private set; }

    /// <summary>Registered and not yet finally reported; ascending.</summary>
    public IReadOnlyList<EpochHolding> Epochs => _epochs;

    public EpochHolding? Find(int epoch)
    {
        foreach (var holding in _epochs)
        {
            if (holding.Epoch == epoch)
            {
                return holding;
            }
        }

        return null;
    }

    /// <summary>The holder's row of this epoch is being written. Leases come after <see cref="ReadSeals"/>.</summary>
    public EpochHolding Register(int epoch)
    {
        if (Find(epoch) is { } known)
        {
            return known;
        }

        var holding = new EpochHolding(epoch);
        var at = _epochs.Count;
        while (at > 0 && _epochs[at - 1].Epoch > epoch)
        {
            at--;
        }

        _epochs.Insert(at, holding);
        return holding;
    }

    /// <summary>The seals as read after the row of <paramref name="epoch"/> was written.</summary>
    public void ReadSeals(int epoch, int sealedUpTo)
    {
        FenceOwn(sealedUpTo);
        if (Find(epoch) is { } holding)
        {
            holding.Ready = true;
        }
    }

    /// <summary>Whether rights of this epoch may be asked for.</summary>
    public bool Usable(int epoch) => epoch > Fence && Find(epoch) is { Ready: true };

    /// <summary>A journalled lease may now be used; what is owed is taken from it first.</summary>
    /// <returns>False when the epoch is fenced: the rights are given up.</returns>
    public bool Receive(int epoch, SpendVector amount)
    {
        if (epoch <= Fence || Find(epoch) is not { } holding)
        {
            return false;
        }

        holding.Held += amount;
        Held += amount;
        Pay();
        return true;
    }

    public bool CanReserve(SpendVector amount) => _epochs.Count > 0 && amount.FitsIn(Held) && Owed.IsZero;

    /// <summary>Moves rights from held to in flight; call it only where <see cref="CanReserve"/> says so.</summary>
    public void Reserve(SpendVector amount, List<ReservationPart> parts)
    {
        // The oldest rights first: they are the next to be recalled.
        foreach (var epoch in _epochs)
        {
            var taken = SpendVector.Min(epoch.Held, amount);
            if (taken.IsZero)
            {
                continue;
            }

            Take(epoch, taken, parts);
            amount -= taken;
            if (amount.IsZero)
            {
                return;
            }
        }

        // A reservation of nothing still has an epoch, for what may be billed beyond it.
        Take(_epochs[^1], default, parts);
    }

    /// <summary>Reserves out of one epoch, as a journal says it happened.</summary>
    public void Take(EpochHolding epoch, SpendVector amount, List<ReservationPart> parts)
    {
        epoch.Held -= amount;
        Held -= amount;
        RestoreInFlight(epoch, amount, parts);
    }

    /// <summary>Puts a reservation's part back as a journal recorded it; the rights are out of what is held already.</summary>
    public void RestoreInFlight(EpochHolding epoch, SpendVector amount, List<ReservationPart> parts)
    {
        epoch.InFlight += amount;
        epoch.Pending++;
        parts.Add(new ReservationPart(this, epoch, amount));
    }

    /// <summary>Ends this holding's parts of a reservation at what was used; beyond it, rights that are held are taken at once.</summary>
    /// <param name="estimated">Nobody said what was used, and <paramref name="actual"/> is at least the reserved amount.</param>
    public void Settle(List<ReservationPart> parts, SpendVector actual, bool estimated)
    {
        actual = actual.Only(Units);
        EpochHolding? last = null;
        foreach (var part in parts)
        {
            if (part.Holding != this)
            {
                continue;
            }

            var epoch = last = part.Epoch;
            var spent = SpendVector.Min(part.Amount, actual);
            actual -= spent;
            epoch.InFlight -= part.Amount;
            epoch.Pending--;
            epoch.Spent += spent;
            epoch.Estimated += estimated ? spent : default;
            Settled += spent;
            if (epoch.Epoch > Fence)
            {
                epoch.Held += part.Amount - spent;
                Held += part.Amount - spent;
            }
        }

        // What came back unspent pays first: while something is owed, nothing is reserved.
        Pay();
        if (actual.IsZero || last is null)
        {
            return;
        }

        var owed = actual - Cover(actual, estimated ? actual : default);
        last.Owed += owed;
        last.OwedEstimated += estimated ? owed : default;
        Owed += owed;
    }

    /// <summary>Gives up what is unspent in every epoch up to this one, and takes no lease there again.</summary>
    public void FenceOwn(int sealedUpTo)
    {
        if (sealedUpTo <= Fence)
        {
            return;
        }

        Fence = sealedUpTo;
        foreach (var epoch in _epochs)
        {
            if (epoch.Epoch <= Fence)
            {
                Held -= epoch.Held;
                epoch.Held = default;
            }
        }
    }

    /// <summary>Whether an epoch has ended with something owed: no rights come to it any more.</summary>
    public bool MayBook(EpochHolding epoch) => epoch.Epoch <= Fence && epoch.Pending == 0 && !epoch.Owed.IsZero;

    /// <summary>Charges an ended epoch with what it owes, beyond its rights.</summary>
    public void BookOwed(EpochHolding epoch)
    {
        epoch.Spent += epoch.Owed;
        epoch.Estimated += epoch.OwedEstimated;
        Settled += epoch.Owed;
        Owed -= epoch.Owed;
        (epoch.Owed, epoch.OwedEstimated) = (default, default);
    }

    /// <summary>The row an epoch's holder owes the ledger; null when everything is reported.</summary>
    public UsedRow? Due(EpochHolding epoch)
    {
        var fenced = epoch.Epoch <= Fence;
        var row = new UsedRow(Incarnation, epoch.Epoch, epoch.Spent, epoch.Estimated, fenced ? epoch.Spent + epoch.InFlight : null, fenced && epoch.Pending == 0 && epoch.Owed.IsZero);
        var reported = epoch.Reported;
        if (reported is null && !fenced && epoch.Spent.IsZero)
        {
            // Its first row is written by who registers, once the journal has it.
            return null;
        }

        return reported is null || row.Used != reported.Used || row.Estimated != reported.Estimated
            || row.Cap is not null && reported.Cap is null || row.Final && !reported.Final
            ? row
            : null;
    }

    /// <summary>The ledger has this row.</summary>
    public void Reported(UsedRow row)
    {
        if (Find(row.Epoch) is not { } epoch)
        {
            return;
        }

        epoch.Reported = epoch.Reported?.Merge(row) ?? row;
        if (row.Final)
        {
            Drop(row.Epoch);
        }
    }

    /// <summary>The ledger may have lost what it had acknowledged: every row is due again.</summary>
    public void ReportAgain()
    {
        foreach (var epoch in _epochs)
        {
            epoch.Reported = null;
        }
    }

    /// <summary>The process ended and its journal is whole: what was in flight is charged as reserved, what was held is given up.</summary>
    public void GiveUpHeld()
    {
        foreach (var epoch in _epochs)
        {
            Held -= epoch.Held;
            epoch.Held = default;
        }
    }

    /// <summary>The end of the journal is lost: everything leased and not fenced is charged.</summary>
    public void ChargeHeld()
    {
        foreach (var epoch in _epochs)
        {
            epoch.Spent += epoch.Held;
            epoch.Estimated += epoch.Held;
            Held -= epoch.Held;
            epoch.Held = default;
        }
    }

    /// <summary>Takes reserved rights out of what is held, as a journal recorded it.</summary>
    public void Debit(int epoch, SpendVector amount)
    {
        if (Find(epoch) is { } holding)
        {
            holding.Held -= amount;
            Held -= amount;
        }
    }

    /// <summary>The ledger has the final row of an epoch.</summary>
    public void Drop(int epoch)
    {
        if (Find(epoch) is { } holding)
        {
            Held -= holding.Held;
            _epochs.Remove(holding);
        }
    }

    /// <summary>Puts an epoch back as a journal recorded it.</summary>
    public void Restore(int epoch, SpendVector held, SpendVector spent, SpendVector estimated, SpendVector owed, SpendVector owedEstimated)
    {
        var holding = Register(epoch);
        Held += held - holding.Held;
        Owed += owed - holding.Owed;
        (holding.Held, holding.Spent, holding.Estimated) = (held, spent, estimated);
        (holding.Owed, holding.OwedEstimated) = (owed, owedEstimated);
    }

    private void Pay()
    {
        if (Owed.IsZero || Held.IsZero)
        {
            return;
        }

        foreach (var debtor in _epochs)
        {
            var paid = Cover(debtor.Owed, debtor.OwedEstimated);
            debtor.Owed -= paid;
            debtor.OwedEstimated -= SpendVector.Min(paid, debtor.OwedEstimated);
            Owed -= paid;
        }
    }

    // Takes what it can of an amount from what is held; the estimated part of it is taken first.
    private SpendVector Cover(SpendVector amount, SpendVector estimated)
    {
        var covered = SpendVector.Zero;
        foreach (var epoch in _epochs)
        {
            var taken = SpendVector.Min(epoch.Held, amount - covered);
            var guessed = SpendVector.Min(taken, estimated);
            estimated -= guessed;
            epoch.Held -= taken;
            epoch.Spent += taken;
            epoch.Estimated += guessed;
            Settled += taken;
            Held -= taken;
            covered += taken;
        }

        return covered;
    }
}
