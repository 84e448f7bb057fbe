using System.CommandLine;
using GlobalGateway.Cli.Api;
using GlobalGateway.Cli.CommandLine;

namespace GlobalGateway.Cli.Apply;

/// <summary><c>gg apply DIR</c>: the source of fleets that take their configuration neither from Git nor from a folder.</summary>
internal static class ApplyCommand
{
    public static Command Create()
    {
        var api = new ApiOptions();
        var output = new OutputOption();
        var folder = new Argument<string>("dir") { Description = "A folder of resources, usually an overlay such as gitops/production." };
        var emergency = new Option<bool>("--emergency") { Description = "Shorten the bakes; one edge still goes first." };
        var supersede = new Option<bool>("--supersede") { Description = "End a running rollout, which first goes back to last good." };
        var retry = new Option<bool>("--retry") { Description = "Take it even if it was rolled back before." };
        var command = new GgCommand(
            "apply", "Sends a folder of resources to a fleet whose source is \"gg apply\", and begins its rollout.",
            "gg apply gitops/production", "gg apply gitops/production --emergency --api https://control-plane.example:7400 --token-file ~/.gg/token")
            { folder, emergency, supersede, retry, output };
        api.AddTo(command);
        command.SetAction(async (call, cancel) =>
        {
            var body = ConfigurationUpload.Read(call.GetValue(folder)!);
            body["emergency"] = call.GetValue(emergency);
            body["supersede"] = call.GetValue(supersede);
            body["retry"] = call.GetValue(retry);
            using var client = api.Open(call);
            var answer = await client.PostAsync("/apply", body, cancel);
            if (output.IsJson(call))
            {
                Json.Write(answer);
                return ExitCode.Done;
            }

            Console.WriteLine($"✓ rev {answer["revision"]} from {call.GetValue(folder)} ({answer["files"]} files) is on its way: gg rollout watch");
            if (answer["decisions"] is { } decisions)
            {
                Console.WriteLine($"  {decisions}");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
