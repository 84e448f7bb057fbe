namespace GlobalGateway.Stores.Budgets;

/// <summary>The budgets of all tests, which the fleet is started with: a tenant of the same name spends each.</summary>
internal static class TestBudgets
{
    public const int Requests = 10_000;
    public const int Limit = 6_000;

    public const string RegionsCut = "regions-cut";
    public const string EdgesKilled = "edges-killed";
    public const string RedisFlushed = "redis-flushed";
    public const string RedisHung = "redis-hung";
    public const string RedisFailedOver = "redis-failed-over";
    public const string CassandraDown = "cassandra-down";
    public const string Foreign = "foreign-reader";
    public const string HotKey = "hot-key";
    public const string RedisPaused = "redis-paused";

    public static IEnumerable<(string Name, string Limit)> All =>
    [
        .. new[] { RegionsCut, EdgesKilled, RedisFlushed, RedisHung, RedisFailedOver, CassandraDown, Foreign }.Select(name => (name, $"{{ requests: {Limit}, tokens: 100M, spend: 1000 USD }}")),
        .. new[] { HotKey, RedisPaused }.Select(name => (name, "{ requests: 10M, tokens: 10G, spend: 100000 USD }")),
    ];
}
