using GlobalGateway.LocalFleet;
using GlobalGateway.LocalFleet.Processes;

namespace GlobalGateway.Bench.Targets;

/// <summary>One running proxy: where it listens and which process is charged for it.</summary>
internal sealed class BenchTarget(string name, int port, FleetProcess process, IAsyncDisposable? rest = null) : IAsyncDisposable
{
    public string Name => name;
    public int Port => port;
    public FleetProcess Process => process;

    /// <summary>Where an edge's metrics are; 0 for other targets.</summary>
    public int ManagementPort { get; init; }

    public async ValueTask DisposeAsync()
    {
        if (rest is not null)
        {
            await rest.DisposeAsync();
            return;
        }

        await process.StopAsync(TimeSpan.FromSeconds(5));
        process.Dispose();
    }
}
