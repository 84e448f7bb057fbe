using System.CommandLine;
using GlobalGateway.LocalFleet.Planning;

namespace GlobalGateway.Cli.CommandLine;

/// <summary>The <c>--state</c> that tells fleets on one machine apart.</summary>
internal sealed class StateOption : Option<string?>
{
    public StateOption() : base("--state")
    {
        Description = $"The fleet's folder for keys, logs and bundles. [default: {RepositoryFleet.StateFolder} in the repository]";
        HelpName = "DIR";
    }

    public string DirectoryOf(ParseResult call) =>
        Path.GetFullPath(call.GetValue(this) ?? Repository.PathOf(RepositoryFleet.StateFolder));
}
