namespace GlobalGateway.Replication.Redis;

/// <summary>A script as servers keep it. By agreement the first argument is the call's id, and the first item of the answer is that id again.</summary>
internal sealed record RedisScript(string Name, string Text);
