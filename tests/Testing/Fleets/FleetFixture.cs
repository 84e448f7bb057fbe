using GlobalGateway.LocalFleet;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Ports;

namespace GlobalGateway.Testing.Fleets;

/// <summary>A whole fleet on free loopback ports with its state in a temporary folder; ends with the tests that share it.</summary>
/// <remarks>As a collection fixture it is started once: <c>IAsyncLifetime</c> of the test library calls start and dispose.</remarks>
public class FleetFixture : IAsyncDisposable
{
    /// <summary>The key of the tenant that may do everything.</summary>
    public const string DemoKey = "gg-demo";

    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("gg-fleet-").FullName;
    private Fleet? _fleet;

    /// <summary>Running and ready.</summary>
    public Fleet Fleet => _fleet ?? throw new InvalidOperationException("The fleet is not started.");

    /// <summary>The fleet's own copy of the configuration: tests may edit it.</summary>
    public string ConfigDirectory => Path.Combine(_folder, "gitops", "local");

    public Uri Edge(string region = "us-east") => Fleet.EdgeAddress(region);

    public async Task StartAsync()
    {
        Folders.Copy(SourceTree.PathOf("gitops"), Path.Combine(_folder, "gitops"));
        var options = Configure(RepositoryFleet.Options(SourceTree.Root) with
        {
            StateDirectory = Path.Combine(_folder, "state"),
            ConfigDirectory = ConfigDirectory,
        });
        _fleet = await Fleet.StartAsync(options with { Ports = FleetPorts.Free(options.Regions.Count, options.EdgesPerRegion, options.StandbyPlanes) });
        try
        {
            await _fleet.WaitReadyAsync(ReadyLimit);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_fleet is not null)
        {
            await _fleet.DisposeAsync();
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>What a kind of fleet changes: fewer regions, a drain delay, Redis.</summary>
    protected virtual FleetOptions Configure(FleetOptions options) => options;
}
