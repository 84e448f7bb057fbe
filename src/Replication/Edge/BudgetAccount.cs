using System.Runtime.CompilerServices;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.Replication.Edge;

/// <summary>A budget as one edge spends it: the handle that stays the same while configurations and periods change.</summary>
public sealed class BudgetAccount
{
    private AccountPeriod? _current;
    private StrongBox<BudgetStanding>? _standing;

    internal BudgetAccount(BudgetSpec spec) => Spec = spec;

    /// <summary>As the newest configuration has it.</summary>
    public BudgetSpec Spec { get; internal set; }

    /// <summary>Where it stands, as last heard from all regions; good enough to show, never to decide by.</summary>
    public BudgetStanding Standing
    {
        // One reference, so that nobody reads half of an old one and half of a new.
        get => Volatile.Read(ref _standing)?.Value ?? default;
        internal set => Volatile.Write(ref _standing, new StrongBox<BudgetStanding>(value));
    }

    /// <summary>The region that this budget's requests are to be forwarded to while it is small; null: any region serves it.</summary>
    public string? Home => Current?.Home;

    /// <summary>The period that was opened last; it may have ended.</summary>
    internal AccountPeriod? Current
    {
        get => Volatile.Read(ref _current);
        set => Volatile.Write(ref _current, value);
    }

    /// <summary>Rights for when the ledger does not answer; null where the budget then denies.</summary>
    internal BudgetAccount? Overdraft { get; set; }
}

/// <summary>What is spent of a budget.</summary>
/// <param name="Spent">By all regions, this edge's newest settlements included.</param>
/// <param name="ResetsAt">When the period ends.</param>
public readonly record struct BudgetStanding(SpendVector Limit, SpendVector Spent, DateTimeOffset ResetsAt)
{
    public SpendVector Remaining => (Limit - Spent).Positive();
}
