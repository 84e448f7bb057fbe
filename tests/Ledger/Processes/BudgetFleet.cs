using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.Testing;
using GlobalGateway.Testing.Fleets;

namespace GlobalGateway.Ledger.Processes;

/// <summary>Three regions as real processes on one embedded ledger, which is on a disk of its own where this user may mount one.</summary>
internal sealed class BudgetFleet(string budget) : FleetFixture
{
    private const int DiskMegabytes = 64;

    public SmallDisk? Disk { get; private set; }

    public string State { get; private set; } = "";

    public string Ledger => new FleetPaths(State).Ledger;

    public string JournalOf(string region) => Path.Combine(new FleetPaths(State).Edge(region), "data", "journal");

    /// <summary>Ends the processes, then takes the disk away, so that the folder can go.</summary>
    public async Task DisposeProcessesAsync()
    {
        await Task.WhenAll(Fleet.Processes.Where(process => !process.HasExited).Select(process => process.KillAsync()));
        Disk?.Dispose();
    }

    protected override FleetOptions Configure(FleetOptions options)
    {
        State = options.StateDirectory;
        File.WriteAllText(Path.Combine(ConfigDirectory, "test-budget.yaml"), budget);
        Disk = SmallDisk.TryMount(Ledger, DiskMegabytes);
        return options;
    }
}
