using System.CommandLine;
using System.Globalization;
using GlobalGateway.Cli.Api;
using GlobalGateway.Cli.CommandLine;

namespace GlobalGateway.Cli.Rollouts;

/// <summary><c>gg rollout</c>: how changes reach the regions, and what an operator can do about one.</summary>
internal static class RolloutCommand
{
    private const int ListMax = 200;

    public static Command Create() => new GgCommand("rollout", "Shows how changes reach the regions, and acts on them.", "gg rollout watch", "gg rollout show 81d07be")
    {
        List(),
        Show(),
        Watch(),
        Act("pause", "Lets no stage pass until it is resumed; a failed gate still rolls back.", "paused"),
        Act("resume", "Goes on with a paused rollout.", "resumed"),
        Act("promote", "Passes the stage that waits, whatever its gate can tell.", "promoted"),
        Act("abort", "Ends a rollout: every edge goes back to what was good before it.", "aborted", asks: true),
        Act("retry", "Rolls a revision out again although it was rolled back.", "begun again"),
    };

    private static ApiCommand List()
    {
        var limit = new Option<int>("--limit") { Description = $"How many of the newest, 1 to {ListMax}.", DefaultValueFactory = _ => 20 };
        var command = new ApiCommand("list", "Lists rollouts, newest first.", "gg rollout list", "gg rollout list --output json | jq '.rollouts[0].status'") { limit };
        command.Runs(async call => call.Answer(
            await call.GetAsync($"/rollouts?limit={call.Value(limit).ToString(CultureInfo.InvariantCulture)}"), page => RolloutText.WriteList(page["rollouts"]!.AsArray(), Console.Out)));
        return command;
    }

    private static ApiCommand Show()
    {
        var which = Which();
        var command = new ApiCommand("show", "Shows one rollout: its stages, its gates' numbers, and why it ended.", "gg rollout show", "gg rollout show 81d07be --output json") { which };
        command.Runs(async call => call.Answer(
            await RolloutText.FindAsync(call.Client, call.Value(which), call.Cancel), rollout => Console.WriteLine(string.Join(Environment.NewLine, RolloutText.Lines(rollout)))));
        return command;
    }

    private static ApiCommand Watch()
    {
        var which = Which();
        var command = new ApiCommand(
            "watch", "Follows a rollout until it ends; exit code 0 when it is complete, 1 when it was rolled back or ended otherwise.", "gg rollout watch", "gg rollout watch 81d07be --output json")
        {
            which,
        };
        command.Runs(call => RolloutWatch.RunAsync(call.Client, call.Value(which), call.IsJson, call.Cancel));
        return command;
    }

    private static ApiCommand Act(string action, string description, string done, bool asks = false)
    {
        var which = Which();
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var command = new ApiCommand(action, description, $"gg rollout {action}", $"gg rollout {action} 81d07be{(asks ? " --yes" : "")}") { which };
        if (asks)
        {
            command.Add(yes);
        }

        command.Runs(async call =>
        {
            var rollout = await RolloutText.FindAsync(call.Client, call.Value(which), call.Cancel);
            if (asks)
            {
                Console.Error.WriteLine($"rollout {rollout["number"]} of {rollout["revision"]}: every edge it has touched goes back to {rollout["from"]}.");
                if (!Confirmation.Asked(call.Value(yes)))
                {
                    return ExitCode.Failed;
                }
            }

            return call.Answer(
                await call.PostAsync($"/rollouts/{rollout["number"]}/{action}"),
                after => Console.WriteLine($"rollout {after["number"]} of {after["revision"]} is {done}. See: gg rollout show {after["number"]}"));
        });
        return command;
    }

    private static Argument<string?> Which() => new("ROLLOUT")
    {
        Description = "Its number, or the beginning of its revision; absent: the newest.", Arity = ArgumentArity.ZeroOrOne,
    };
}
