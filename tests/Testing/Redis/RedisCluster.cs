namespace GlobalGateway.Testing.Redis;

/// <summary>A Redis Cluster of three masters without replicas.</summary>
public sealed class RedisCluster : IDisposable
{
    private RedisCluster(IReadOnlyList<RedisServer> nodes) => Nodes = nodes;

    public IReadOnlyList<RedisServer> Nodes { get; }

    /// <param name="arguments">For every node.</param>
    public static async Task<RedisCluster> StartAsync(CancellationToken cancel, params string[] arguments)
    {
        var nodes = new List<RedisServer>();
        try
        {
            for (var i = 0; i < 3; i++)
            {
                // The port between nodes is 10,000 higher unless it is said.
                nodes.Add(await RedisServer.StartAsync(cancel, ["--cluster-enabled", "yes", "--cluster-port", $"{FreePorts.Next()}", "--cluster-node-timeout", "2000", .. arguments]));
            }

            await RedisTools.CliAsync(nodes[0].Port, [], ["--cluster", "create", .. nodes.Select(node => node.Endpoint), "--cluster-yes"]);
            foreach (var node in nodes)
            {
                await Eventually.HoldsAsync(async () => (await node.CommandAsync("CLUSTER", "INFO")).Contains("cluster_state:ok", StringComparison.Ordinal), "all slots have a master");
            }

            return new RedisCluster(nodes);
        }
        catch
        {
            nodes.ForEach(node => node.Dispose());
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var node in Nodes)
        {
            node.Dispose();
        }
    }
}
