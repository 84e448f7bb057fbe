using System.Globalization;
using System.Text.Json;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Watching;

namespace GlobalGateway.Cli.Usage;

/// <summary>How usage is written.</summary>
internal enum UsageForm
{
    Text,
    Json,
    Csv,
}

/// <summary>Says what to ask for a tenant's usage, and writes the answer.</summary>
internal sealed class UsageRun(IReadOnlyList<(string Name, string? Value)> query, string by, bool events, UsageForm form)
{
    /// <summary>The same at an edge and at a control plane.</summary>
    public string Path
    {
        get
        {
            var asked = query.Where(part => part.Value is { Length: > 0 }).Append(("by", by)).Select(part => $"{part.Item1}={Uri.EscapeDataString(part.Item2!)}");
            return $"/usage{(events ? "/events" : "")}?{string.Join('&', asked)}";
        }
    }

    public int Write(JsonElement root)
    {
        var rows = root.GetProperty(events ? "events" : "rows");
        switch (form)
        {
            case UsageForm.Json:
                Json.Write(writer =>
                {
                    foreach (var member in root.EnumerateObject())
                    {
                        member.WriteTo(writer);
                    }
                });
                break;
            case UsageForm.Csv:
                UsageCsv.Write(Console.Out, rows);
                break;
            default:
                WriteText(Console.Out, root, rows);
                break;
        }

        return ExitCode.Done;
    }

    private void WriteText(TextWriter output, JsonElement root, JsonElement rows)
    {
        var from = root.GetProperty("from").GetDateTime();
        var until = root.GetProperty("until").GetDateTime();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{root.GetProperty("tenant").GetString()}, {from:yyyy-MM-dd HH:mm} to {until:yyyy-MM-dd HH:mm} UTC"));
        if (rows.GetArrayLength() == 0)
        {
            output.WriteLine("  nothing was used");
            return;
        }

        var columns = events ? ["time", "region", "key", "model", "provider"] : by.Split(',');
        var table = new TextTable([
            .. columns.Select(column => (column, false)),
            ("requests", true), ("input", true), ("cached", true), ("output", true), ("cost", true), ("", false)]);
        foreach (var row in rows.EnumerateArray())
        {
            table.Add([.. columns.Select(column => Word(row, column)), .. Sums(row)]);
        }

        if (!events)
        {
            table.Add([.. columns.Select((_, i) => i == 0 ? "total" : ""), .. Sums(root.GetProperty("total"))]);
        }

        table.Write(output);
    }

    private static string Word(JsonElement row, string column) => column == "time"
        ? row.GetProperty("time").GetDateTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
        : row.TryGetProperty(column, out var value) && value.GetString() is { Length: > 0 } text ? text : "-";

    private static string[] Sums(JsonElement row) =>
    [
        AmountText.Count(row.GetProperty("requests").GetInt64()),
        AmountText.Count(row.GetProperty("inputTokens").GetInt64()),
        AmountText.Count(row.GetProperty("cachedInputTokens").GetInt64()),
        AmountText.Count(row.GetProperty("outputTokens").GetInt64()),
        AmountText.Dollars(row.GetProperty("nanoUsd").GetInt64()),
        Estimate(row),
    ];

    // What nobody measured is said, since it is what a bill may differ by.
    private static string Estimate(JsonElement row) =>
        row.TryGetProperty("estimated", out var flag) ? flag.GetBoolean() ? "estimated" : ""
        : row.GetProperty("estimatedRequests").GetInt64() is > 0 and var count ? $"{AmountText.Count(count)} estimated, {AmountText.Dollars(row.GetProperty("estimatedNanoUsd").GetInt64())}"
        : "";
}
