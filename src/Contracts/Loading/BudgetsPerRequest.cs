using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Loading;

/// <summary>Refuses a key whose requests would be charged to too many budgets at once.</summary>
internal static class BudgetsPerRequest
{
    public static void Check(List<(LoadedResource Item, Tenant Resource)> tenants, List<(LoadedResource Item, Budget Resource)> budgets)
    {
        // A budget that could not be read whole has its own error.
        var sound = budgets.Select(b => b.Resource).Where(b => b.AppliesTo is not null).ToList();
        var everyones = sound.FindAll(b => b.AppliesTo.Tenant is null);
        var own = sound.Where(b => b.AppliesTo.Tenant is not null).ToLookup(b => b.AppliesTo.Tenant!, StringComparer.Ordinal);
        foreach (var (item, tenant) in tenants)
        {
            List<Budget> all = [.. everyones, .. own[tenant.Name]];
            for (var index = 0; all.Count > BudgetScope.BudgetsPerRequestMax && index < tenant.Keys.Count; index++)
            {
                if (BudgetScope.TooMany(all.FindAll(b => BudgetScope.Governs(b, tenant, tenant.Keys[index]))) is { } problem)
                {
                    item.Context.Add($"spec.keys[{index}]", problem);
                }
            }
        }
    }
}
