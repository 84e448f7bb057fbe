using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.Replication.Edge;

/// <summary>Settles the parts of one call, the same way while it happens and when a journal is read again.</summary>
internal static class BookMath
{
    public static void Settle(List<ReservationPart> parts, in CallUsage usage)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            var holding = parts[i].Holding;
            if (IsFirst(parts, i))
            {
                var reserved = usage.Estimated ? Reserved(parts, holding) : default;
                holding.Settle(parts, SpendVector.Max(usage.Spend.Only(holding.Units), reserved), usage.Estimated);
            }
        }
    }

    /// <summary>What the event says was spent: where nobody measured it, the largest charge to any of its accounts.</summary>
    public static CallUsage Charged(List<ReservationPart> parts, in CallUsage usage)
    {
        if (!usage.Estimated)
        {
            return usage;
        }

        var spend = usage.Spend;
        for (var i = 0; i < parts.Count; i++)
        {
            if (IsFirst(parts, i))
            {
                spend = SpendVector.Max(spend, Reserved(parts, parts[i].Holding));
            }
        }

        return usage with { Spend = spend };
    }

    public static SpendVector Reserved(List<ReservationPart> parts, Holding holding)
    {
        var total = SpendVector.Zero;
        foreach (var part in parts)
        {
            total += part.Holding == holding ? part.Amount : default;
        }

        return total;
    }

    private static bool IsFirst(List<ReservationPart> parts, int at)
    {
        for (var i = 0; i < at; i++)
        {
            if (parts[i].Holding == parts[at].Holding)
            {
                return false;
            }
        }

        return true;
    }
}
