using System.Globalization;
using System.Text.Json.Nodes;
using GlobalGateway.Cli.Api;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Watching;

namespace GlobalGateway.Cli.Rollouts;

/// <summary>Puts a rollout into words.</summary>
internal static class RolloutText
{
    private const int NameWidth = 17;

    /// <param name="which">Absent: the newest.</param>
    public static async Task<JsonNode> FindAsync(ApiClient client, string? which, CancellationToken cancel)
    {
        if (which is not null)
        {
            return await client.GetAsync($"/rollouts/{Uri.EscapeDataString(which)}", cancel);
        }

        var page = await client.GetAsync("/rollouts?limit=1", cancel);
        return page["rollouts"]!.AsArray() is [{ } newest, ..] ? newest.DeepClone() : throw new CommandException("There was no rollout yet: commit a change, or run \"gg apply\".");
    }

    public static void WriteList(JsonArray rollouts, TextWriter output)
    {
        if (rollouts.Count == 0)
        {
            output.WriteLine("There was no rollout yet.");
            return;
        }

        var table = new TextTable(("", true), ("rev", false), ("state", false), ("began", true), ("by", false), ("", false));
        foreach (var rollout in rollouts)
        {
            table.Add($"{rollout!["number"]}", $"{rollout["revision"]}", Status(rollout), Ago(rollout, "startedAt"), $"{rollout["askedBy"]}", $"{rollout["reason"] ?? rollout["origin"]?["message"]}");
        }

        table.Write(output);
    }

    public static IEnumerable<string> Lines(JsonNode rollout)
    {
        var message = rollout["origin"]?["message"] is { } text ? $"  \"{text}\"" : "";
        yield return $"rev {rollout["from"]?.ToString() ?? "–"} → {rollout["revision"]}{message} ({rollout["askedBy"]}, {Ago(rollout, "startedAt")})"
            + (rollout["lane"]?.ToString() is "emergency" or "owed" ? $"  {rollout["lane"]} lane" : "");
        foreach (var stage in rollout["stages"]!.AsArray())
        {
            yield return Line(stage!);
        }

        foreach (var region in rollout["owed"]!.AsArray())
        {
            yield return $"  ! {region} is owed what the others serve: it had no edge when its turn came";
        }

        if (rollout["waiting"] is { } waiting)
        {
            yield return $"  next: rev {waiting["revision"]} ({waiting["askedBy"]})";
        }

        yield return End(rollout);
    }

    public static bool IsOpen(JsonNode rollout) => rollout["status"]!.ToString() is "running" or "paused";

    public static string Status(JsonNode rollout) => rollout["status"]!.ToString() switch
    {
        "completed" => "✓ complete",
        "rolledBack" => "✗ rolled back",
        "aborted" => "✗ aborted",
        "superseded" => "– replaced",
        "paused" => "… paused",
        _ => "… running",
    };

    private static string Line(JsonNode stage)
    {
        var name = stage["name"]!.ToString().PadRight(NameWidth);
        var edges = stage["edges"]!.AsArray().Count;
        var bake = stage["bakeSeconds"]!.GetValue<double>();
        var evidence = stage["evidence"]?.ToString();
        return stage["status"]!.ToString() switch
        {
            "passed" => $"  ✓ {name} {edges}/{edges} edges   {Time(bake)} bake   {evidence}".TrimEnd(),
            "runs" => $"  … {name} {stage["acknowledged"] ?? 0}/{edges} edges   {Baking(stage, bake)}{(evidence is null ? "" : $"   {evidence}")}{Missing(stage)}".TrimEnd(),
            "skipped" => $"  – {name} {stage["note"]}",
            "failed" => $"  ✗ {name} {edges} edges   {evidence ?? stage["note"]?.ToString()}".TrimEnd(),
            _ => $"    {name} {stage["note"]?.ToString() ?? "waits"}",
        };
    }

    private static string Baking(JsonNode stage, double bake) =>
        stage["waitsForPromote"]?.GetValue<bool>() == true ? "waits for gg rollout promote"
        : bake == 0 ? "no bake"
        : $"bake {Clock(stage["ageSeconds"]?.GetValue<double>() ?? 0)} of {Clock(bake)}";

    private static string Missing(JsonNode stage) => stage["note"] is { } note ? $"   {note}" : "";

    private static string End(JsonNode rollout) => rollout["status"]!.ToString() switch
    {
        "completed" => $"✓ complete: every connected edge serves {rollout["revision"]}.",
        "rolledBack" => $"✗ stopped {After(rollout)}: {rollout["reason"]}. {Returned(rollout)}",
        "aborted" => $"✗ ended {After(rollout)}: {rollout["reason"]}. {Returned(rollout)}",
        "superseded" => $"– ended {After(rollout)}: {rollout["reason"]}. {Returned(rollout)}",
        "paused" => $"paused: gg rollout resume|abort {rollout["revision"]}",
        _ => $"gg rollout pause|promote|abort {rollout["revision"]}",
    } + (rollout["evidence"] is { } evidence ? $"{Environment.NewLine}  {evidence}" : "");

    private static string Returned(JsonNode rollout) => rollout["from"] is { } from ? $"Every edge it had touched serves {from} again." : "There was nothing before it to go back to.";

    private static string After(JsonNode rollout) =>
        rollout["endedAt"] is { } ended ? $"after {Time((ended.GetValue<DateTimeOffset>() - rollout["startedAt"]!.GetValue<DateTimeOffset>()).TotalSeconds)}" : "";

    private static string Ago(JsonNode rollout, string field) => UnitText.Ago(DateTimeOffset.UtcNow - rollout[field]!.GetValue<DateTimeOffset>());

    private static string Time(double seconds) => seconds switch
    {
        0 => "no",
        < 90 => $"{seconds.ToString("0", CultureInfo.InvariantCulture)} s",
        _ => $"{(seconds / 60).ToString("0.#", CultureInfo.InvariantCulture)} min",
    };

    private static string Clock(double seconds) => $"{((int)seconds / 60).ToString(CultureInfo.InvariantCulture)}:{((int)seconds % 60).ToString("00", CultureInfo.InvariantCulture)}";
}
