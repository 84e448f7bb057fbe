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
        var revision = new Argument<string?>("REV")
        {
            Description = "The beginning of a kept revision; absent: ends the running rollout, else goes to what was good before.", Arity = ArgumentArity.ZeroOrOne,
        };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var command = new ApiCommand(
            "rollback", "Goes back to an older revision, canary first, with short bakes. What is left is not rolled out again by itself.", "gg rollback", "gg rollback 3f9c1a2 --yes") { revision, yes };
        command.Runs(async call =>
        {
            var wanted = call.Value(revision);
            Console.Error.WriteLine(wanted is null ? "Back to what was good before; a running rollout is ended." : $"Back to {wanted}; a running rollout is ended.");
            if (!Confirmation.Asked(call.Value(yes)))
            {
                return ExitCode.Failed;
            }

            return call.Answer(
                await call.PostAsync("/rollback", wanted is null ? null : new JsonObject { ["revision"] = wanted }),
                rollout => Console.WriteLine(string.Join(Environment.NewLine, RolloutText.Lines(rollout))));
        });
        return command;
    }
}
