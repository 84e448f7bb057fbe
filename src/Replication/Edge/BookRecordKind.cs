namespace GlobalGateway.Replication.Edge;

/// <summary>The kinds of journal records; the numbers are stored and only ever added to.</summary>
internal enum BookRecordKind : byte
{
    /// <summary>Gives an account a number.</summary>
    Account = 1,

    /// <summary>The holder's row of an epoch is about to be written.</summary>
    Register = 2,

    /// <summary>Rights, synced before they are used.</summary>
    Lease = 3,

    /// <summary>In the kernel before a provider is asked.</summary>
    Reserve = 4,

    /// <summary>What a call used, with its usage event.</summary>
    Settle = 5,

    /// <summary>A reservation that was not used: no byte was sent.</summary>
    Return = 6,

    /// <summary>Synced before the cap is sent.</summary>
    Fence = 7,

    /// <summary>The ledger has the final row of an epoch.</summary>
    Done = 8,

    /// <summary>A checkpoint's copy of an account, with what is in flight left out.</summary>
    AccountState = 9,

    /// <summary>A checkpoint's copy of an open reservation.</summary>
    ReservationState = 10,

    /// <summary>The usage event of a call that no budget covers.</summary>
    Usage = 11,

    /// <summary>An account of an earlier incarnation, settled by its successor.</summary>
    Inherited = 12,

    /// <summary>The usage event of a call that an earlier incarnation left in flight.</summary>
    OrphanUsage = 13,

    /// <summary>Everything of an earlier incarnation is in this one's records.</summary>
    InheritanceDone = 14,

    /// <summary>Usage events before a position are stored.</summary>
    Uploaded = 15,

    /// <summary>A synced lease is used from here on.</summary>
    Received = 16,

    /// <summary>An ended epoch costs what was billed beyond its reservations and nobody covered.</summary>
    Booked = 17,
}
