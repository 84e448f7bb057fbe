using System.CommandLine;
using GlobalGateway.Cli.CommandLine;

namespace GlobalGateway.Cli.Status;

/// <summary><c>gg status</c>: what of the fleet runs, and what each edge serves.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var state = new StateOption();
        var output = new OutputOption();
        var command = new GgCommand("status", "Says what of the fleet runs and which revision each edge serves; exit code 0 when all of it is ready.",
            "gg status", "gg status --output json | jq '.edges[].revision'") { state, output };
        command.SetAction((call, cancellation) => StatusRun.RunAsync(state.DirectoryOf(call), output.IsJson(call), cancellation));
        return command;
    }
}
