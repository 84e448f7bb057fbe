namespace GlobalGateway.Replication.Ledger;

/// <summary>What a holder has of one epoch; changed only by its <see cref="Holding"/>.</summary>
public sealed class EpochHolding(int epoch)
{
    public int Epoch { get; } = epoch;

    /// <summary>Registered, and the seals read after that.</summary>
    public bool Ready { get; internal set; }

    /// <summary>Parts of reservations that have not settled.</summary>
    public int Pending { get; internal set; }

    public SpendVector Held { get; internal set; }
    public SpendVector InFlight { get; internal set; }

    /// <summary>Settled; only grows.</summary>
    public SpendVector Spent { get; internal set; }

    /// <summary>The part of <see cref="Spent"/> that nobody measured.</summary>
    public SpendVector Estimated { get; internal set; }

    /// <summary>Billed beyond reservations of this epoch and not covered by rights.</summary>
    public SpendVector Owed { get; internal set; }

    internal SpendVector OwedEstimated { get; set; }

    /// <summary>What the ledger is known to have.</summary>
    public UsedRow? Reported { get; internal set; }
}

/// <summary>The part of a reservation that one epoch's rights cover.</summary>
public readonly record struct ReservationPart(Holding Holding, EpochHolding Epoch, SpendVector Amount);
