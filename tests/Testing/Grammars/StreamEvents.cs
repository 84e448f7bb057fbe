using System.Text;
using System.Text.Json;

namespace GlobalGateway.Testing.Grammars;

/// <summary>One event of a stream: its name where it has one, its data, and the data's JSON where it is an object.</summary>
public sealed record StreamEvent(string? Name, string Data, JsonElement Json);

/// <summary>Cuts server-sent events strictly: a client must not have to be lenient with what the gateway writes.</summary>
internal static class StreamEvents
{
    public static List<StreamEvent> Read(ReadOnlySpan<byte> stream, List<string> violations)
    {
        var events = new List<StreamEvent>();
        var text = Decode(stream, violations).ReplaceLineEndings("\n");
        string? name = null, data = null;
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (i == lines.Length - 1)
            {
                if (line.Length > 0 || data is not null || name is not null)
                {
                    violations.Add("the last event has no blank line after it");
                }
            }
            else if (line.Length == 0)
            {
                if (data is not null)
                {
                    events.Add(Make(name, data, events.Count, violations));
                }
                else if (name is not null)
                {
                    violations.Add($"event {events.Count}: {name} has no data");
                }

                name = data = null;
            }
            else if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                var value = line["data:".Length..].TrimStart(' ');
                data = data is null ? value : $"{data}\n{value}";
            }
            else if (line.StartsWith("event:", StringComparison.Ordinal))
            {
                name = line["event:".Length..].TrimStart(' ');
            }
            else if (line[0] != ':')
            {
                violations.Add($"event {events.Count}: \"{line}\" is no field of an event");
            }
        }

        return events;
    }

    public static StreamEvent Make(string? name, string data, int position, List<string> violations)
    {
        if (data == "[DONE]")
        {
            return new StreamEvent(name, data, default);
        }

        try
        {
            using var document = JsonDocument.Parse(data);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return new StreamEvent(name, data, document.RootElement.Clone());
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        violations.Add($"event {position}: the data is no JSON object");
        return new StreamEvent(name, data, default);
    }

    public static string Decode(ReadOnlySpan<byte> stream, List<string> violations)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(stream);
        }
        catch (DecoderFallbackException)
        {
            violations.Add("the stream is not UTF-8");
            return Encoding.UTF8.GetString(stream);
        }
    }
}
