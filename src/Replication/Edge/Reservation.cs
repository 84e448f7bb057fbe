using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Edge;

/// <summary>Rights of one or several budgets set aside for one call to a provider; settled or returned exactly once.</summary>
public sealed class Reservation
{
    internal Reservation(long id, UsageLabels labels) => (Id, Labels) = (id, labels);

    internal long Id { get; }

    public UsageLabels Labels { get; }

    internal List<ReservationPart> Parts { get; } = new(3);

    internal bool Ended { get; set; }
}

/// <summary>What one account is to set aside.</summary>
public readonly record struct HoldingWant(Holding Holding, SpendVector Amount);

/// <summary>What a call used, as its provider said or, where nobody did, as it was reserved.</summary>
/// <param name="Spend">Charged to every budget, each in the units it counts.</param>
/// <param name="Estimated">Nobody said what was used: at least the reservation is charged and the event flagged.</param>
public readonly record struct CallUsage(
    DateTimeOffset At,
    SpendVector Spend,
    long InputTokens,
    long CachedInputTokens,
    long OutputTokens,
    bool Estimated);
