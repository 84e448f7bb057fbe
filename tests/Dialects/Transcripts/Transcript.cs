using System.Text.Json;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.Testing;

namespace GlobalGateway.Dialects.Transcripts;

/// <summary>
/// A request and its answer in the shape that a vendor's public document gives them, with values of our own; the file names the
/// document, and says what the answer means.
/// </summary>
public sealed record Transcript(string Name, string Source, string Vendor, string Path, JsonElement Request, JsonElement? Answer, string? Events, JsonElement Expect)
{
    private static string Folder => SourceTree.PathOf("tests", "Dialects", "Transcripts", "documents");

    public static IReadOnlyList<Transcript> All { get; } = [.. Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal).Select(Read)];

    /// <summary>Of the vendor's API that the transcript is of.</summary>
    public Operation Operation => Path switch
    {
        "/v1/messages" => Operation.Messages,
        "/v1/responses" => Operation.Responses,
        "/v1/chat/completions" => Operation.ChatCompletions,
        _ => Operation.StreamGenerateContent,
    };

    public ChatCodec Codec => ChatCodecs.ForClient(Operation)!;

    /// <summary>Where the simulator serves it.</summary>
    public string SimulatorPath => Vendor switch { "openai" => "/openai" + Path, "anthropic" => "/anthropic" + Path, _ => "/gemini" + Path };

    private static Transcript Read(string file)
    {
        var root = JsonDocument.Parse(File.ReadAllText(file)).RootElement;
        return new Transcript(
            System.IO.Path.GetFileNameWithoutExtension(file),
            root.GetProperty("source").GetString()!,
            root.GetProperty("vendor").GetString()!,
            root.GetProperty("path").GetString()!,
            root.GetProperty("request"),
            root.TryGetProperty("answer", out var answer) ? answer : null,
            root.TryGetProperty("events", out var events) ? events.GetString() : null,
            root.GetProperty("expect"));
    }
}
