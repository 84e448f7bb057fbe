using GlobalGateway.Cli.CommandLine;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Records;

namespace GlobalGateway.Cli.Ledger;

/// <summary>An edge by the file that says which servers it uses.</summary>
internal sealed record EdgeSettings(string Name, string File)
{
    /// <summary>The one that was named, else those of the fleet that is up; at least one.</summary>
    public static IReadOnlyList<EdgeSettings> Of(string? file, string stateDirectory)
    {
        if (file is not null)
        {
            return System.IO.File.Exists(file)
                ? [new EdgeSettings(Path.GetFileName(file), Path.GetFullPath(file))]
                : throw new CommandException($"No file {file}.", ExitCode.WrongCall);
        }

        var paths = new FleetPaths(stateDirectory);
        return FleetRecord.Read(paths) is { IsRunning: true } fleet
            ? [.. fleet.Processes.Where(process => process.Role == PartRole.Edge).Select(edge => new EdgeSettings(edge.Name, paths.EdgeSettings(edge.Name)))]
            : throw new CommandException($"No fleet is up with its state in {stateDirectory}. Run \"gg up\", or name an edge's settings with --config FILE.");
    }
}
