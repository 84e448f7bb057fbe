using StackExchange.Redis;

namespace GlobalGateway.Replication.Redis;

/// <summary>One multiplexer from its opening to its first failure.</summary>
internal sealed class RedisLink : IDisposable
{
    private readonly ConnectionMultiplexer _multiplexer;
    private readonly IDatabase _database;
    private readonly IServer[] _masters;
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RedisLink(ConnectionMultiplexer multiplexer)
    {
        _multiplexer = multiplexer;
        _database = multiplexer.GetDatabase();
        _masters = Masters(multiplexer);
        Standing = RedisStanding.NotReached("not looked at");
    }

    /// <summary>What the servers are.</summary>
    public RedisStanding Standing { get; private set; }

    /// <summary>Ends when somebody called <see cref="Lose"/>.</summary>
    public Task Lost => _lost.Task;

    /// <exception cref="RedisUnavailableException">No master let this process in, or a part of the cluster has none.</exception>
    public static async Task<RedisLink> OpenAsync(RedisDialing dialing)
    {
        var link = new RedisLink(await dialing.OpenAsync());
        try
        {
            link.Standing = await RedisProbe.RunAsync(link._database, link._masters);
            return link;
        }
        catch
        {
            link.Dispose();
            throw;
        }
    }

    public async Task<RedisResult> EvaluateAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments)
    {
        try
        {
            return await _database.ScriptEvaluateAsync(script.Text, keys, arguments, CommandFlags.DemandMaster);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // Nothing ran. The client has forgotten the hash by now and loads the script before it calls it again.
            return await _database.ScriptEvaluateAsync(script.Text, keys, arguments, CommandFlags.DemandMaster);
        }
    }

    /// <summary>Says why the servers are not to be used any more; nothing when they answer.</summary>
    public async Task<string?> WhyNotAsync(TimeSpan timeout, TimeProvider clock)
    {
        var answers = Task.WhenAll(_masters.Select(master => master.PingAsync()));
        try
        {
            await answers.WaitAsync(timeout, clock);
            return null;
        }
        catch (TimeoutException)
        {
            _ = answers.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return $"no answer within {timeout.TotalMilliseconds:0} ms";
        }
        catch (Exception e) when (e is RedisException or ObjectDisposedException)
        {
            return "the connection is lost";
        }
    }

    public void Lose() => _lost.TrySetResult();

    // Closing waits for a server that may be hung: not here.
    public void Dispose() => _ = Task.Run(_multiplexer.Dispose);

    private static IServer[] Masters(ConnectionMultiplexer multiplexer)
    {
        var servers = multiplexer.GetEndPoints(configuredOnly: false).Select(endpoint => multiplexer.GetServer(endpoint)).ToArray();
        if (Array.Find(servers, server => server is { IsConnected: true, ServerType: ServerType.Cluster }) is not { ClusterConfiguration: { } cluster })
        {
            return Array.FindAll(servers, server => server is { IsConnected: true, IsSlave: false });
        }

        var withSlots = cluster.Nodes.Where(node => node.Slots.Count > 0).Select(node => multiplexer.GetServer(node.EndPoint)).ToArray();
        return Array.TrueForAll(withSlots, server => server.IsConnected) ? withSlots
            : throw new RedisUnavailableException($"no connection to {Array.Find(withSlots, server => !server.IsConnected)!.EndPoint} of the cluster");
    }
}
