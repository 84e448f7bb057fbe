using System.CommandLine;
using System.Text.Json.Nodes;
using GlobalGateway.Cli.Api;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Watching;

namespace GlobalGateway.Cli.Rollouts;

/// <summary><c>gg edges</c>: what each edge last said it serves, and how long ago.</summary>
internal static class EdgesCommand
{
    public static Command Create()
    {
        var command = new ApiCommand(
            "edges", "Says what each edge last reported to serve, and how long ago; unknown when that is more than 15 s.", "gg edges", "gg edges --output json | jq '.edges[] | select(.state != \"ack\")'");
        command.Runs(async call => call.Answer(await call.GetAsync("/edges"), Write));
        return command;
    }

    private static void Write(JsonNode page)
    {
        var edges = page["edges"]!.AsArray();
        if (edges.Count == 0)
        {
            Console.WriteLine("No edge has ever been connected to this fleet's control planes.");
            return;
        }

        var table = new TextTable(("region", false), ("edge", false), ("state", false), ("rev", false), ("pointer", true), ("heard", true), ("", false));
        foreach (var edge in edges)
        {
            var state = edge!["state"]!.GetValue<string>();
            table.Add(
                $"{edge["region"]}",
                $"{edge["name"]}",
                Word(state, edge["connected"]!.GetValue<bool>(), edge["draining"]?.GetValue<bool>() == true),
                $"{edge["revision"]?.ToString() ?? "–"}",
                $"{edge["sequence"]}",
                UnitText.Ago(TimeSpan.FromSeconds(edge["lastSeenSeconds"]!.GetValue<double>())),
                state == "nack" ? $"{edge["reason"]}" : "");
        }

        table.Write(Console.Out);
    }

    private static string Word(string state, bool connected, bool draining) => state switch
    {
        "unknown" => "! unknown",
        _ when !connected => "! gone",
        "ack" => draining ? "✓ draining" : "✓ serves it",
        "nack" => "✗ refuses",
        _ => "… takes it",
    };
}
