using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using GlobalGateway.Cli.Api;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Watching;

namespace GlobalGateway.Cli.Audit;

/// <summary><c>gg audit</c>: who changed what, newest first.</summary>
internal static class AuditCommand
{
    private const int PageMax = 1_000;

    public static Command Create()
    {
        var limit = new Option<int>("--limit") { Description = $"How many of the newest, 1 to {PageMax}.", DefaultValueFactory = _ => 50 };
        var after = new Option<string?>("--after") { Description = "The \"next\" of the page before." };
        var command = new ApiCommand("audit", "Says who changed what, newest first.", "gg audit --limit 20", "gg audit --output json | jq '.records[] | select(.who == \"jane\")'") { limit, after };
        command.Runs(async call =>
        {
            var query = $"?limit={call.Value(limit).ToString(CultureInfo.InvariantCulture)}" + (call.Value(after) is { } next ? $"&after={Uri.EscapeDataString(next)}" : "");
            return call.Answer(await call.GetAsync("/audit" + query), Write);
        });
        return command;
    }

    private static void Write(JsonNode page)
    {
        var records = page["records"]!.AsArray();
        if (records.Count == 0)
        {
            Console.WriteLine("Nothing was changed yet.");
            return;
        }

        var table = new TextTable(("when", true), ("who", false), ("did", false), ("to", false), ("why", false));
        foreach (var record in records)
        {
            table.Add(
                UnitText.Ago(DateTimeOffset.UtcNow - record!["at"]!.GetValue<DateTimeOffset>()), $"{record["who"]}", $"{record["action"]}", $"{record["subject"]}", $"{record["reason"]}");
        }

        table.Write(Console.Out);
        if (page["next"] is { } next)
        {
            Console.WriteLine($"older ones: gg audit --after {next}");
        }
    }
}
