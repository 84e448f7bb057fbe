namespace GlobalGateway.Replication.Redis;

/// <summary>Redis cannot be entered, or is not what it has to be.</summary>
public sealed class RedisUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
