using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.Replication.RateLimits;
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
                redis, options.Region, options.EdgesMax, s.GetRequiredService<LocalRateLimitStore>(), s.GetRequiredService<TimeProvider>()));
            services.AddSingleton<IRateLimitStore>(s => s.GetRequiredService<RedisRateLimitStore>());
        }
        else
        {
            services.AddSingleton<IRateLimitStore>(s => s.GetRequiredService<LocalRateLimitStore>());
        }

        return services.AddSingleton<LimitCheck>();
    }
}
