using GlobalGateway.LocalFleet.Ports;

namespace GlobalGateway.LocalFleet.Planning;

/// <summary>The fleet that a clone of the repository runs: its built programs, its local configuration, its state folder.</summary>
public static class RepositoryFleet
{
    public const string StateFolder = ".gg";

    public static readonly string LocalConfig = Path.Combine("gitops", "local");

    /// <summary>The three regions at the documented ports.</summary>
    public static FleetOptions Options(string root, int portBase = FleetPorts.DefaultBase) => new()
    {
        Programs = Path.Combine(root, "artifacts", "bin"),
        // The build that this program is of built the others with it: debug for a plain "dotnet run".
        Build = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)) == "debug" ? "debug" : "release",
        StateDirectory = Path.Combine(root, StateFolder),
        ConfigDirectory = Path.Combine(root, LocalConfig),
        Ports = FleetPorts.FromBase(portBase, edges: 3),
    };
}
