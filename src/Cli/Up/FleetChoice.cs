using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.LocalFleet.Cassandra;
using GlobalGateway.LocalFleet.Planning;

namespace GlobalGateway.Cli.Up;

/// <summary>Turns what the caller asked for into the fleet to start.</summary>
internal static class FleetChoice
{
    private const string SecretPrefix = "GG_SECRET_";
    private static readonly string RealConfig = Path.Combine("gitops", "real");

    public static FleetOptions Make(UpRequest request)
    {
        var simulated = RepositoryFleet.Options(Repository.Root, request.PortBase) with
        {
            StateDirectory = request.StateDirectory,
            Detached = request.Detach,
            Servers = request.Servers,
            CassandraHome = CassandraHome.Find(),
            JavaHome = CassandraHome.FindJava(),
        };
        var config = request.ConfigDirectory is { } chosen ? Path.GetFullPath(chosen)
            : request.RealProviders ? Repository.PathOf(RealConfig) : simulated.ConfigDirectory;
        return request.RealProviders
            ? WithRealProviders(simulated with { ConfigDirectory = config })
            : simulated with { ConfigDirectory = config };
    }

    /// <summary>Keys come from this environment and may go to the hosts that the configuration names now; a later edit cannot add one.</summary>
    private static FleetOptions WithRealProviders(FleetOptions options)
    {
        var secrets = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith(SecretPrefix, StringComparison.Ordinal))
            .ToDictionary(name => name, name => Environment.GetEnvironmentVariable(name)!);
        if (secrets.Count == 0)
        {
            throw new CommandException(
                "No provider key in the environment. Set one or more of GG_SECRET_OPENAI, GG_SECRET_AZURE, GG_SECRET_ANTHROPIC, GG_SECRET_GEMINI, then run this again.");
        }

        var loaded = ResourceLoader.Load(options.ConfigDirectory);
        if (loaded.Resources is not { } resources)
        {
            throw new CommandException(ConfigErrors.Text(loaded));
        }

        return options with
        {
            Simulator = false,
            Secrets = secrets,
            CredentialHosts = [.. resources.Providers.SelectMany(provider => provider.Endpoints).Select(endpoint => new Uri(endpoint.Url).Host).Distinct().Order(StringComparer.Ordinal)],
        };
    }
}
