using System.CommandLine;
using GlobalGateway.Cli.CommandLine;

namespace GlobalGateway.Cli.Validate;

/// <summary><c>gg validate DIR</c>: reads resources as the control plane does and says every mistake.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("dir") { Description = "A folder of resources, or one with overlays below it, such as gitops/." };
        var merged = new Option<bool>("--merged") { Description = "Show the merged result: every value with the file and line it came from." };
        var output = new OutputOption();
        var command = new GgCommand("validate", "Reads resources as the control plane does and says every mistake with file, line and field.",
            "gg validate gitops/", "gg validate gitops/local --merged") { folder, merged, output };
        command.SetAction(call => ValidateRun.Run(call.GetValue(folder)!, call.GetValue(merged), output.IsJson(call)));
        return command;
    }
}
