using GlobalGateway.EdgeNode.Quota.Management;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Replication.Survey;

namespace GlobalGateway.EdgeNode.Quota;

public static class QuotaExtensions
{
    /// <summary>Charges requests to their budgets where the edge has an <see cref="EdgeQuota"/>; without one nothing is charged.</summary>
    public static IServiceCollection AddQuota(this IServiceCollection services) => services
        .AddSingleton<QuotaMetrics>()
        .AddSingleton<BudgetWarnings>()
        .AddSingleton<QuotaDesk>()
        .AddSingleton<UsageActions>()
        .AddSingleton<BudgetActions>()
        .AddHostedService<StandingService>();

    /// <summary>Gives the edge its ledger's side.</summary>
    public static IServiceCollection AddLedger(this IServiceCollection services, Func<IServiceProvider, EdgeQuota> quota, Func<IServiceProvider, IUsageStore> usage) => services
        .AddSingleton(quota)
        .AddSingleton(usage)
        .AddSingleton<BudgetStandings>()
        .AddSingleton<BudgetOperations>();
}
