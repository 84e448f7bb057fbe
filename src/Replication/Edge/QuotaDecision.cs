namespace GlobalGateway.Replication.Edge;

/// <summary>What became of a wish to spend.</summary>
/// <param name="Budget">The one that refused; null when none did.</param>
public readonly record struct QuotaDecision(QuotaOutcome Outcome, BudgetAccount? Budget = null)
{
    public static QuotaDecision Reserved => default;
}

/// <summary>Why a reservation was made or not.</summary>
public enum QuotaOutcome
{
    Reserved,

    /// <summary>Nothing is left of the budget before its period ends, here or in any region that answers.</summary>
    Spent,

    /// <summary>More than the budget has left, though it has something: a smaller wish may fit.</summary>
    TooMuch,

    /// <summary>Rights are left but cannot be had: the ledger does not answer.</summary>
    LedgerLost,

    /// <summary>The edge's journal takes no records: its disk is full or broken.</summary>
    JournalFull,
}
