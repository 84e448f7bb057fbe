using System.CommandLine;
using System.Globalization;
using GlobalGateway.Cli.Api;
using GlobalGateway.Cli.CommandLine;

namespace GlobalGateway.Cli.FleetStore;

/// <summary><c>gg fleet</c>: makes an empty store the store of a fleet; before that, no control plane leads.</summary>
internal static class FleetCommand
{
    public static Command Create()
    {
        var command = new GgCommand("fleet", "Founds a fleet in an empty store, or anew in a store that lost it.", "gg fleet init", "gg fleet recover --yes");
        command.Add(Init());
        command.Add(Recover());
        return command;
    }

    private static ApiCommand Init()
    {
        var command = new ApiCommand(
            "init", "Founds a new fleet; refused where the store holds anything.", "gg fleet init", "gg fleet init --api http://10.0.0.1:7400 --token-file admin.token");
        command.Runs(call => FoundAsync("init", call));
        return command;
    }

    private static ApiCommand Recover()
    {
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var command = new ApiCommand(
            "recover", "Founds the fleet anew in a store that was wiped: the leader goes on above what the edges hold, and the source fills the store again.",
            "gg fleet recover", "gg fleet recover --yes --output json") { yes };
        command.Runs(call =>
        {
            if (!call.Value(yes))
            {
                Console.Error.WriteLine("Edges serve on what they hold. Tokens, audit, history and rollouts of the lost store stay lost; restore a snapshot instead if there is one.");
                Console.Error.WriteLine("Let every edge that runs connect first: \"gg edges\".");
            }

            return Confirmation.Asked(call.Value(yes)) ? FoundAsync("recover", call) : Task.FromResult(ExitCode.Failed);
        });
        return command;
    }

    private static async Task<int> FoundAsync(string action, ApiCall call) => call.Answer(await call.PostAsync($"/fleet/{action}"), answer =>
    {
        var at = answer["foundedAt"]!.GetValue<DateTimeOffset>();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"✓ fleet {answer["fleet"]} is founded{(action == "recover" ? " anew" : "")}, {at:yyyy-MM-dd'T'HH:mm:ss'Z'}. A control plane leads in a moment: gg rollout watch, gg edges."));
    });
}
