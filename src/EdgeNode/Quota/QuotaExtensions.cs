namespace GlobalGateway.EdgeNode.Quota;

public static class QuotaExtensions
{
    /// <summary>Charges requests to their budgets where the edge has an <see cref="Replication.Edge.EdgeQuota"/>; without one nothing is charged.</summary>
    public static IServiceCollection AddQuota(this IServiceCollection services) =>
        services.AddSingleton<QuotaMetrics>().AddSingleton<BudgetWarnings>().AddSingleton<QuotaDesk>();
}
