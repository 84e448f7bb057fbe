using System.Globalization;
using GlobalGateway.Testing;
using GlobalGateway.Testing.Redis;
using GlobalGateway.Testing.Wire;

namespace GlobalGateway.Stores.Fleets;

/// <summary>
/// A replica of one region's Redis that hears nothing for a while, and then takes the place of its master, which is gone: what was lent
/// meanwhile is unknown to it.
/// </summary>
internal sealed class RedisFailover : IAsyncDisposable
{
    private readonly StoresFleet _fleet;
    private readonly string _region;
    private readonly FaultProxy _line;
    private readonly RedisServer _replica;

    private RedisFailover(StoresFleet fleet, string region, FaultProxy line, RedisServer replica) =>
        (_fleet, _region, _line, _replica) = (fleet, region, line, replica);

    /// <summary>Starts a replica and waits until it has all.</summary>
    public static async Task<RedisFailover> StartAsync(StoresFleet fleet, string region, CancellationToken cancel)
    {
        var line = FaultProxy.Start(fleet.RedisPort(region));
        try
        {
            var replica = await RedisServer.StartAsync(
                cancel, "--replicaof", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1 {line.Port}"), "--repl-backlog-ttl", "0", "--maxmemory-policy", "noeviction");
            var failover = new RedisFailover(fleet, region, line, replica);
            await Eventually.HoldsAsync(async () => await replica.InfoAsync("replication", "master_link_status") == "up", "the replica has all");
            return failover;
        }
        catch
        {
            await line.DisposeAsync();
            throw;
        }
    }

    /// <summary>From now on the replica hears nothing, and nobody notices.</summary>
    public void Lag() => _line.Darken(Darkness.Silent);

    /// <summary>The master is gone for good; the replica is promoted and gets its address.</summary>
    public async Task PromoteAsync()
    {
        var port = _fleet.RedisPort(_region);
        await _fleet.Fleet.KillAsync(StoresFleet.RedisOf(_region));
        await _line.DisposeAsync();
        await _replica.CommandAsync("REPLICAOF", "NO", "ONE");
        await _replica.CommandAsync("CONFIG", "SET", "port", port.ToString(CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        await _line.DisposeAsync();
        _replica.Dispose();
    }
}
