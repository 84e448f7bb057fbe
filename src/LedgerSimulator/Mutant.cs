namespace GlobalGateway.LedgerSimulator;

/// <summary>A deliberate mistake, put in to see that the checks see it. The first ten are the specification's.</summary>
public enum Mutant
{
    None,

    /// <summary>An agent loads an open epoch's slice again because it is gone.</summary>
    ReloadOldEpoch,

    /// <summary>A lease that arrives in a fenced epoch is used.</summary>
    NoFence,

    /// <summary>A holder reads the seals before its row is written.</summary>
    ReadSealsFirst,

    /// <summary>A server lends from slices that another server was given.</summary>
    NoToken,

    /// <summary>An agent closes an epoch without sealing it, at what was reported.</summary>
    CloseWithoutSeal,

    /// <summary>A killed edge's calls in flight are settled at nothing.</summary>
    OrphanFree,

    /// <summary>A slice is loaded before its grant is in the log.</summary>
    LoadBeforeGrant,

    /// <summary>A holder reports its cap and goes on spending.</summary>
    CapUnfenced,

    /// <summary>An edge grants to itself in an epoch it has no row in.</summary>
    SelfGrantUnregistered,

    /// <summary>A successor takes its predecessor's grant for its own.</summary>
    AdoptAfterCrash,

    /// <summary>The journal loses settlements.</summary>
    SettleDropped,

    /// <summary>What a settlement gives back is given back twice.</summary>
    DoubleRefund,

    /// <summary>A delta counts twice.</summary>
    DeltaTwice,

    /// <summary>Used rows are ordered by the writer's clock instead of by their value.</summary>
    UsedWallClock,

    /// <summary>A report of what is used writes null into the row's cap and state.</summary>
    NullState,

    /// <summary>The provider is asked before the reservation is in the journal.</summary>
    ReserveAfterSend,

    /// <summary>A fold deletes the entries before it.</summary>
    FoldDeletes,

    /// <summary>A slice whose load was not answered is loaded again.</summary>
    LoadRetried,

    /// <summary>An append whose answer was lost is looked up at one replica.</summary>
    RereadLocalOne,

    /// <summary>A successor starts while its predecessor still runs.</summary>
    SuccessorWithoutLock,

    /// <summary>A period is ended by one machine's clock, whatever is still in flight.</summary>
    MonthByLocalClock,

    /// <summary>A region rises once the others have taken their falls, though one had granted more before it fell.</summary>
    RiseOverGrants,
}
