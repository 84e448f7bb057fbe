using System.CommandLine;
using System.Text.Json.Nodes;
using GlobalGateway.Cli.Api;
using GlobalGateway.Cli.CommandLine;

namespace GlobalGateway.Cli.Rollouts;

/// <summary><c>gg rollback</c>: back to an older revision, canary first, without waiting for a commit.</summary>
internal static class RollbackCommand
{
    public static Command Create()
    {
        var (api, output) = (new ApiOptions(), new OutputOption());
        var revision = new Argument<string?>("REV")
        {
            Description = "The beginning of a kept revision; absent: ends the running rollout, else goes to what was good before.", Arity = ArgumentArity.ZeroOrOne,
        };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var command = new GgCommand(
            "rollback", "Goes back to an older revision, canary first, with short bakes. What is left is not rolled out again by itself.", "gg rollback", "gg rollback 3f9c1a2 --yes") { revision, yes, output };
        api.AddTo(command);
        command.SetAction(async (call, cancel) =>
        {
            using var client = api.Open(call);
            var wanted = call.GetValue(revision);
            Console.Error.WriteLine(wanted is null ? "Back to what was good before; a running rollout is ended." : $"Back to {wanted}; a running rollout is ended.");
            if (!Confirmation.Asked(call.GetValue(yes)))
            {
                return ExitCode.Failed;
            }

            var rollout = await client.PostAsync("/rollback", wanted is null ? new JsonObject() : new JsonObject { ["revision"] = wanted }, cancel);
            if (output.IsJson(call))
            {
                Json.Write(rollout);
            }
            else
            {
                Console.WriteLine(string.Join(Environment.NewLine, RolloutText.Lines(rollout)));
            }

            return ExitCode.Done;
        });
        return command;
    }
}
