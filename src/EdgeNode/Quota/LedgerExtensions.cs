using GlobalGateway.EdgeNode.Health;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.Replication.Redis;

namespace GlobalGateway.EdgeNode.Quota;

public static class LedgerExtensions
{
    /// <summary>Gives the edge a journal and a ledger where its installer names one.</summary>
    public static IServiceCollection AddLedger(this IServiceCollection services, EdgeOptions options) => options is { LedgerDirectory: null, Cassandra: null }
        ? services.AddSingleton<IDependencyReport, UnenforcedBudgets>()
        : services
            .AddSingleton(s => QuotaHome.Open(options, s.GetService<RedisConnection>() is { } redis ? new RedisSlices(redis) : null, s.GetRequiredService<TimeProvider>()))
            .AddLedger(s => s.GetRequiredService<QuotaHome>().Quota, s => s.GetRequiredService<QuotaHome>().Stores.Usage)
            .AddSingleton<LedgerReport>()
            .AddSingleton<IDependencyReport>(s => s.GetRequiredService<LedgerReport>())
            .AddHostedService<QuotaService>();
}
