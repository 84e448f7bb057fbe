namespace GlobalGateway.Contracts.Resources;

/// <summary>Which budgets one client key's requests are charged to.</summary>
public static class BudgetScope
{
    /// <summary>Budgets that one request may be charged to, since it reserves on all of them at once.</summary>
    public const int BudgetsPerRequestMax = 16;

    /// <summary>Whether the key's requests are charged to the budget, at least those to some models.</summary>
    public static bool Governs(Budget budget, Tenant tenant, ClientKey key)
    {
        var to = budget.AppliesTo;
        return (to.Tenant is null || to.Tenant == tenant.Name) && (to.Team is null || to.Team == key.Team) && (to.Key is null || to.Key == key.Name);
    }

    /// <summary>What is wrong when too many of a key's budgets govern one request; null when nothing is.</summary>
    public static string? TooMany(IReadOnlyList<Budget> ofKey)
    {
        if (ofKey.Count <= BudgetsPerRequestMax)
        {
            return null;
        }

        foreach (var model in ofKey.SelectMany(b => b.AppliesTo.Models).Distinct().Order(StringComparer.Ordinal).Prepend(""))
        {
            var governing = ofKey.Where(b => b.AppliesTo.Models.Count == 0 || b.AppliesTo.Models.Contains(model)).ToList();
            if (governing.Count > BudgetsPerRequestMax)
            {
                return $"{governing.Count} budgets govern its requests to {(model.Length == 0 ? "every model" : model)}, at most {BudgetsPerRequestMax} may: "
                    + string.Join(", ", governing.Select(b => b.Name));
            }
        }

        return null;
    }
}
