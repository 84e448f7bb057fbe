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

    private static GgCommand List()
    {
        var (api, output) = (new ApiOptions(), new OutputOption());
        var limit = new Option<int>("--limit") { Description = $"How many of the newest, 1 to {ListMax}.", DefaultValueFactory = _ => 20 };
        var command = new GgCommand("list", "Lists rollouts, newest first.", "gg rollout list", "gg rollout list --output json | jq '.rollouts[0].status'") { limit, output };
        api.AddTo(command);
        command.SetAction(async (call, cancel) =>
        {
            using var client = api.Open(call);
            var page = await client.GetAsync($"/rollouts?limit={call.GetValue(limit).ToString(CultureInfo.InvariantCulture)}", cancel);
            if (output.IsJson(call))
            {
                Json.Write(page);
            }
            else
            {
                RolloutText.WriteList(page["rollouts"]!.AsArray(), Console.Out);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static GgCommand Show()
    {
        var (api, output, which) = (new ApiOptions(), new OutputOption(), Which());
        var command = new GgCommand("show", "Shows one rollout: its stages, its gates' numbers, and why it ended.", "gg rollout show", "gg rollout show 81d07be --output json") { which, output };
        api.AddTo(command);
        command.SetAction(async (call, cancel) =>
        {
            using var client = api.Open(call);
            var rollout = await RolloutText.FindAsync(client, call.GetValue(which), cancel);
            if (output.IsJson(call))
            {
                Json.Write(rollout);
            }
            else
            {
                Console.Out.WriteLine(string.Join(Environment.NewLine, RolloutText.Lines(rollout)));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static GgCommand Watch()
    {
        var (api, output, which) = (new ApiOptions(), new OutputOption(), Which());
        var command = new GgCommand(
            "watch", "Follows a rollout until it ends; exit code 0 when it is complete, 1 when it was rolled back or ended otherwise.", "gg rollout watch", "gg rollout watch 81d07be --output json")
        {
            which, output,
        };
        api.AddTo(command);
        command.SetAction(async (call, cancel) =>
        {
            using var client = api.Open(call);
            return await RolloutWatch.RunAsync(client, call.GetValue(which), output.IsJson(call), cancel);
        });
        return command;
    }

    private static GgCommand Act(string action, string description, string done, bool asks = false)
    {
        var (api, output, which) = (new ApiOptions(), new OutputOption(), Which());
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var command = new GgCommand(action, description, $"gg rollout {action}", $"gg rollout {action} 81d07be{(asks ? " --yes" : "")}") { which, output };
        if (asks)
        {
            command.Add(yes);
        }

        api.AddTo(command);
        command.SetAction(async (call, cancel) =>
        {
            using var client = api.Open(call);
            var rollout = await RolloutText.FindAsync(client, call.GetValue(which), cancel);
            if (asks)
            {
                Console.Error.WriteLine($"rollout {rollout["number"]} of {rollout["revision"]}: every edge it has touched goes back to {rollout["from"]}.");
                if (!Confirmation.Asked(call.GetValue(yes)))
                {
                    return ExitCode.Failed;
                }
            }

            var after = await client.PostAsync($"/rollouts/{rollout["number"]}/{action}", null, cancel);
            if (output.IsJson(call))
            {
                Json.Write(after);
            }
            else
            {
                Console.WriteLine($"rollout {after["number"]} of {after["revision"]} is {done}. See: gg rollout show {after["number"]}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Argument<string?> Which() => new("ROLLOUT")
    {
        Description = "Its number, or the beginning of its revision; absent: the newest.", Arity = ArgumentArity.ZeroOrOne,
    };
}
