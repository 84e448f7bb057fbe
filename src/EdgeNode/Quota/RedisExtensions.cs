using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.Replication.Redis;

namespace GlobalGateway.EdgeNode.Quota;

public static class RedisExtensions
{
    /// <summary>The connection that budgets' slices and rate limits share, and nothing else: a cache must not make them wait.</summary>
    public const string Purpose = "quota";

    public static IServiceCollection AddRedis(this IServiceCollection services, EdgeOptions options) => options.Redis is { } redis
        ? services.AddSingleton(s => new RedisConnection(redis, Purpose, s.GetRequiredService<TimeProvider>()))
        : services;
}
