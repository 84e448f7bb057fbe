using System.Globalization;
using System.Text.Json;

namespace GlobalGateway.Cli.Usage;

/// <summary>Writes rows as comma-separated values (RFC 4180): the members of the first row are the heading; dollars as such.</summary>
internal static class UsageCsv
{
    public static void Write(TextWriter output, JsonElement rows)
    {
        var heading = rows.EnumerateArray().FirstOrDefault();
        if (heading.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        var names = heading.EnumerateObject().Select(member => member.Name).ToArray();
        output.WriteLine(string.Join(',', names.Select(name => name.Replace("anoUsd", "", StringComparison.Ordinal) is var stem && stem != name ? stem == "n" ? "usd" : "estimatedUsd" : name)));
        foreach (var row in rows.EnumerateArray())
        {
            output.WriteLine(string.Join(',', names.Select(name => Cell(name, row.GetProperty(name)))));
        }
    }

    private static string Cell(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.Number when name.EndsWith("anoUsd", StringComparison.Ordinal) => (value.GetInt64() / 1e9m).ToString(CultureInfo.InvariantCulture),
        JsonValueKind.String => Quoted(value.GetString()!),
        _ => value.GetRawText(),
    };

    // A cell that a spreadsheet would take for a formula is given as text.
    private static string Quoted(string text)
    {
        text = text is ['=' or '+' or '-' or '@', ..] ? "'" + text : text;
        return text.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
