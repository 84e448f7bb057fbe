using System.Text;
using System.Text.Json;

namespace GlobalGateway.LocalFleet.Processes;

/// <summary>The last thing a process wrote to its log that explains something.</summary>
public static class LastLine
{
    private const int TailBytesMax = 32 * 1024;
    private const int LineCharsMax = 300;

    /// <summary>The last line and where the others are, from the current folder.</summary>
    public static string WithFile(string logFile)
    {
        var shown = Path.GetRelativePath(Directory.GetCurrentDirectory(), logFile);
        return $"{Of(logFile)} (all of it: {(shown.StartsWith("..", StringComparison.Ordinal) ? logFile : shown)})";
    }

    public static string Of(string logFile)
    {
        var lines = Tail(logFile);
        // A stack trace says where; the line above it says what. A request served explains nothing.
        var line = lines.LastOrDefault(text => !text.StartsWith("   at ", StringComparison.Ordinal)
            && !text.Contains("\"event\":\"request\"", StringComparison.Ordinal) && text.Trim().Length > 0) ?? "it said nothing";
        line = Message(line).Trim();
        return line.Length <= LineCharsMax ? line : line[..LineCharsMax] + "…";
    }

    private static string[] Tail(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            stream.Seek(-Math.Min(stream.Length, TailBytesMax), SeekOrigin.End);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return reader.ReadToEnd().Split('\n');
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>Of a JSON log line its sentence; any other line as it is.</summary>
    private static string Message(string line)
    {
        if (!line.StartsWith('{'))
        {
            return line;
        }

        try
        {
            using var json = JsonDocument.Parse(line);
            foreach (var name in (ReadOnlySpan<string>)["error", "exception", "Exception", "message", "Message", "event"])
            {
                if (json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text)
                {
                    return text.Split('\n')[0];
                }
            }
        }
        catch (JsonException)
        {
            // Cut off in the middle: shown as it is.
        }

        return line;
    }
}
