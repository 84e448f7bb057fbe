using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.Replication.RateLimits;
using GlobalGateway.Replication.RateLimits.Loans;
using GlobalGateway.Replication.Redis;

namespace GlobalGateway.EdgeNode.Limits;

public static class LimitsExtensions
{
    /// <summary>Counts in the region's Redis where one is configured, in this process otherwise.</summary>
    public static IServiceCollection AddLimits(this IServiceCollection services, EdgeOptions options)
    {
        services.AddSingleton<LocalRateLimitStore>();
        if (options.Redis is not null)
        {
            services.AddSingleton(s => new RedisRateLimitStore(
                s.GetRequiredService<RedisConnection>(), options.Region, options.EdgesMax, s.GetRequiredService<LocalRateLimitStore>(), s.GetRequiredService<TimeProvider>()));
            services.AddSingleton<IRateLimitStore>(s => s.GetRequiredService<RedisRateLimitStore>());
        }
        else
        {
            services.AddSingleton<IRateLimitStore>(s => s.GetRequiredService<LocalRateLimitStore>());
        }

        if (options.LedgerDirectory is not null || options.Cassandra is not null)
        {
            services.AddSingleton(s => s.GetRequiredService<QuotaHome>().Stores.RateLoans);
            services.AddSingleton(s => new RateLending(
                options,
                s.GetRequiredService<IRateLoanStore>(),
                new GlobalLimits(s.GetRequiredService<SnapshotStore>()).Find,
                s.GetRequiredService<TimeProvider>(),
                s.GetService<RedisConnection>(),
                s.GetService<RedisRateLimitStore>()));
            services.AddHostedService(s => s.GetRequiredService<RateLending>());
        }

        return services.AddSingleton<LimitCheck>();
    }
}
