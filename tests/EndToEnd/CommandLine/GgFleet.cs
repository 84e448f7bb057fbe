using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Ports;
using GlobalGateway.LocalFleet.Records;

namespace GlobalGateway.EndToEnd.CommandLine;

/// <summary>A fleet that <c>gg up</c> starts, in a folder and on ports of its own.</summary>
internal sealed class GgFleet : IAsyncDisposable
{
    public string State { get; } = Directory.CreateTempSubdirectory("gg-up-").FullName;

    public int PortBase { get; } = FreeBase();

    public FleetRecord Record => FleetRecord.Read(new FleetPaths(State))!;

    public Task<GgResult> UpAsync(params string[] more) => Gg.RunAsync(["up", "--port-base", $"{PortBase}", "--state", State, .. more]);

    /// <summary>Any other command, about this fleet.</summary>
    public Task<GgResult> RunAsync(params string[] arguments) => Gg.RunAsync([.. arguments, "--state", State]);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("down", "--now");
        Directory.Delete(State, recursive: true);
    }

    private static int FreeBase()
    {
        for (var candidate = 23_400; candidate < 30_000; candidate += FleetPorts.Span)
        {
            var ports = FleetPorts.FromBase(candidate, edges: 3);
            if (new[] { ports.Api, ports.Fleet, ports.Simulator }.Concat(ports.Edges.SelectMany(edge => new[] { edge.Public, edge.Management })).All(PortOwner.IsFree))
            {
                return candidate;
            }
        }

        throw new InvalidOperationException("no free block of ports");
    }
}
