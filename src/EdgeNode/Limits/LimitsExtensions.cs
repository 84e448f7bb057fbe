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
        if (options.Redis is { } redis)
        {
            services.AddSingleton(s => new RedisRateLimitStore(
                string.Join(',', redis.Endpoints), options.Region, options.EdgesMax, s.GetRequiredService<LocalRateLimitStore>(), s.GetRequiredService<TimeProvider>()));
            services.AddSingleton<IRateLimitStore>(s => s.GetRequiredService<RedisRateLimitStore>());
        }
        else
        {
            services.AddSingleton<IRateLimitStore>(s => s.GetRequiredService<LocalRateLimitStore>());
        }

        // A bucket in Redis is the whole region's, which lends nothing yet: the rates of edges that count by themselves move.
        if (options.Redis is null && (options.LedgerDirectory is not null || options.Cassandra is not null))
        {
            services.AddSingleton(s => s.GetRequiredService<QuotaHome>().Stores.RateLoans);
            services.AddSingleton(s => new RateLending(
                options, s.GetRequiredService<IRateLoanStore>(), new GlobalLimits(s.GetRequiredService<SnapshotStore>()).Find, s.GetRequiredService<TimeProvider>()));
            services.AddHostedService(s => s.GetRequiredService<RateLending>());
        }

        return services.AddSingleton<LimitCheck>();
    }
}
