using System.CommandLine;

namespace GlobalGateway.Cli.CommandLine;

/// <summary>The <c>--output</c> that every command with something for scripts has.</summary>
internal sealed class OutputOption : Option<string>
{
    public OutputOption() : base("--output", "-o")
    {
        Description = "text for people, json for scripts.";
        HelpName = "text|json";
        DefaultValueFactory = _ => "text";
        this.AcceptOnlyFromAmong("text", "json");
    }

    public bool IsJson(ParseResult call) => call.GetValue(this) == "json";
}
