using Shouldly;
using Xunit;

namespace GlobalGateway.Stores.Fleets;

/// <summary>What goes wrong while clients spend; each leaves everything as it found it, or as <see cref="StoresFleet.HealAsync"/> can mend.</summary>
internal sealed class Disturbance(StoresFleet fleet, Task running)
{
    private const int KillsMax = 12;

    private static readonly TimeSpan KillEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan CutFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WholeFor = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan HungFor = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan LagFor = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan DownFor = TimeSpan.FromSeconds(60);

    /// <summary>Each region in turn cannot reach the others.</summary>
    public async Task CutRegionsAsync()
    {
        foreach (var region in StoresFleet.Regions)
        {
            await DelayAsync(WholeFor);
            var cut = await RegionCut.CutAsync(fleet, region);
            await using (cut)
            {
                await DelayAsync(CutFor);
            }

            cut.Dropped.ShouldBeGreaterThan(0, $"nothing was kept from {region}");
        }

        await running;
    }

    /// <summary>Each region's edge in turn, four times.</summary>
    public async Task KillEdgesAsync()
    {
        for (var turn = 0; turn < KillsMax && !running.IsCompleted; turn++)
        {
            await DelayAsync(KillEvery);
            var region = StoresFleet.Regions[turn % StoresFleet.Regions.Count];
            await fleet.Fleet.KillAsync(region);
            await fleet.Fleet.RestartAsync(region);
        }

        await running;
    }

    public async Task FlushRedisAsync()
    {
        while (!running.IsCompleted)
        {
            await DelayAsync(FlushEvery);
            await Task.WhenAll(StoresFleet.Regions.Select(region => RedisCommand.AskAsync(fleet.RedisPort(region), "FLUSHALL")));
        }
    }

    /// <summary>Each region's Redis in turn stops answering without closing a connection.</summary>
    public async Task HangRedisAsync()
    {
        foreach (var region in StoresFleet.Regions)
        {
            await DelayAsync(WholeFor);
            fleet.Fleet.Process(StoresFleet.RedisOf(region)).Pause();
            await DelayAsync(HungFor);
            fleet.Fleet.Process(StoresFleet.RedisOf(region)).Resume();
        }

        await running;
    }

    /// <summary>Each region's Redis in turn is lost, and a replica that has not heard of the last seconds is promoted.</summary>
    public async Task FailRedisOverAsync()
    {
        var replicas = new List<RedisFailover>();
        try
        {
            foreach (var region in StoresFleet.Regions)
            {
                var replica = await RedisFailover.StartAsync(fleet, region, TestContext.Current.CancellationToken);
                replicas.Add(replica);
                replica.Lag();
                await DelayAsync(LagFor);
                await replica.PromoteAsync();
                await DelayAsync(WholeFor);
            }

            await running;
        }
        finally
        {
            foreach (var replica in replicas)
            {
                await replica.DisposeAsync();
            }
        }
    }

    /// <summary>For a minute no node answers: one has crashed, the others hang.</summary>
    public async Task StopCassandraAsync()
    {
        await DelayAsync(WholeFor);
        var crashed = StoresFleet.CassandraOf(StoresFleet.Regions[0]);
        var hung = StoresFleet.Regions.Skip(1).Select(region => fleet.Fleet.Process(StoresFleet.CassandraOf(region))).ToArray();
        await fleet.Fleet.KillAsync(crashed);
        foreach (var node in hung)
        {
            node.Pause();
        }

        // Not cut short when clients are done: a minute is what must be survived.
        await Task.Delay(DownFor);
        foreach (var node in hung)
        {
            node.Resume();
        }

        await fleet.Fleet.RestartAsync(crashed);
        await running;
    }

    private async Task DelayAsync(TimeSpan time) => await Task.WhenAny(running, Task.Delay(time));
}
