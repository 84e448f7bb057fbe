using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Watching;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Records;

namespace GlobalGateway.Cli.Up;

/// <summary>What a fleet that has just started consists of.</summary>
internal sealed record FleetSummary(string ControlPlane, string Config, IReadOnlyList<EdgeView> Edges, string Providers, IReadOnlyList<RecordedProcess> Servers)
{
    public static async Task<FleetSummary> LookAsync(FleetOptions options, FleetRecord record, CancellationToken cancellation)
    {
        using var http = FleetHttp.Create();
        var edges = await Task.WhenAll(record.Processes.Where(process => process.Role == PartRole.Edge)
            .Select(edge => new EdgeWatch(edge, http).LookAsync(cancellation)));
        var resources = ResourceLoader.Load(options.ConfigDirectory).Resources;
        var shown = Path.GetRelativePath(Repository.Root, options.ConfigDirectory);
        shown = shown.StartsWith("..", StringComparison.Ordinal) ? options.ConfigDirectory : shown;
        var counts = resources is null ? $" has errors, so edges serve what they had: gg validate {shown}" : $" ({resources.Models.Count} models, {resources.Tenants.Count} tenants)";
        var names = resources is null ? "" : ": " + string.Join(", ", resources.Providers.Select(provider => provider.Name));
        return new FleetSummary(
            record.Processes.First(process => process.Role == PartRole.ControlPlane).Address,
            shown + counts,
            edges,
            options.Simulator ? $"simulated{names}   (real ones: gg up --providers real)" : $"real{names}",
            [.. record.Processes.Where(process => process.Role.IsServer())]);
    }
}
