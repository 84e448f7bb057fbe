using System.CommandLine;
using GlobalGateway.Cli.Api;
using GlobalGateway.Cli.CommandLine;

namespace GlobalGateway.Cli.Apply;

/// <summary><c>gg apply DIR</c>: the source of fleets that take their configuration neither from Git nor from a folder.</summary>
internal static class ApplyCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("dir") { Description = "A folder of resources, usually an overlay such as gitops/production." };
        var emergency = new Option<bool>("--emergency") { Description = "Shorten the bakes; one edge still goes first." };
        var supersede = new Option<bool>("--supersede") { Description = "End a running rollout, which first goes back to last good." };
        var retry = new Option<bool>("--retry") { Description = "Take it even if it was rolled back before." };
        var command = new ApiCommand(
            "apply", "Sends a folder of resources to a fleet whose source is \"gg apply\", and begins its rollout.",
            "gg apply gitops/production", "gg apply gitops/production --emergency --api https://control-plane.example:7400 --token-file ~/.gg/token")
            { folder, emergency, supersede, retry };
        command.Runs(async call =>
        {
            var body = ConfigurationUpload.Read(call.Value(folder)!);
            body["emergency"] = call.Value(emergency);
            body["supersede"] = call.Value(supersede);
            body["retry"] = call.Value(retry);
            return call.Answer(await call.PostAsync("/apply", body), answer =>
            {
                Console.WriteLine($"✓ rev {answer["revision"]} from {call.Value(folder)} ({answer["files"]} files) is on its way: gg rollout watch");
                if (answer["decisions"] is { } decisions)
                {
                    Console.WriteLine($"  {decisions}");
                }
            });
        });
        return command;
    }
}
