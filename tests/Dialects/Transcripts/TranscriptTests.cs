using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using GlobalGateway.Dialects.Fleet;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Translation.AnthropicMessages;
using GlobalGateway.EdgeNode.Translation.Gemini;
using GlobalGateway.EdgeNode.Translation.Neutral;
using GlobalGateway.EdgeNode.Translation.OpenAIChat;
using GlobalGateway.EdgeNode.Translation.OpenAIResponses;
using GlobalGateway.Testing;
using GlobalGateway.Testing.Grammars;
using Shouldly;
using Xunit;

namespace GlobalGateway.Dialects.Transcripts;

/// <summary>
/// Exchanges written after the vendors' public documents, whose address each names: what they mean must survive every codec, and
/// the simulator must answer their requests in their shape.
/// </summary>
public class TranscriptTests(DialectFleet fleet)
{
    private static readonly HttpClient Client = MakeClient();

    private static readonly string Folder = SourceTree.PathOf("tests", "Dialects", "Transcripts", "documents");

    private static readonly Dictionary<string, ChatCodec> Codecs = new()
    {
        ["chat"] = new OpenAIChatCodec(), ["responses"] = new ResponsesCodec("responses-p"), ["messages"] = new AnthropicCodec(), ["generate"] = new GeminiCodec(),
    };

    // Members that not every account, model or answer has.
    private static readonly HashSet<string> Optional = ["annotations", "service_tier", "system_fingerprint", "promptTokensDetails", "thoughtsTokenCount", "thought", "refusal", "logprobs"];

    public static TheoryData<string> Names => [.. Directory.GetFiles(Folder, "*.json").Select(f => System.IO.Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Transcript_InEveryDialect_MeansWhatItsDocumentSays(string name)
    {
        var transcript = Load(name);
        var dialect = transcript.GetProperty("dialect").GetString()!;
        transcript.GetProperty("source").GetString()!.ShouldStartWith("https://");
        Codecs[dialect].ReadRequest(Encoding.UTF8.GetBytes(transcript.GetProperty("request").GetRawText())).Turns.ShouldNotBeEmpty();
        var means = Expected(transcript.GetProperty("means"));

        if (transcript.TryGetProperty("answer", out var answer))
        {
            var read = Codecs[dialect].ReadAnswer(Encoding.UTF8.GetBytes(answer.GetRawText()));
            Means(read).ShouldBe(means);
            foreach (var (other, codec) in Codecs)
            {
                Means(codec.ReadAnswer(Write(codec, read))).ShouldBe(means, $"as {other}");
            }

            return;
        }

        var stream = Stream(transcript.GetProperty("events"));
        Grammar(dialect).Check(stream).ShouldBeEmpty(stream);
        foreach (var (other, codec) in Codecs)
        {
            var steps = Decode(Codecs[dialect], stream);
            Means(Assemble(steps)).ShouldBe(means);
            var encoder = codec.CreateEncoder(new ChatRequest { Turns = [], Stream = true, WantsUsage = true });
            var written = new ArrayBufferWriter<byte>();
            steps.ForEach(s => encoder.Encode(s, written));
            var text = Encoding.UTF8.GetString(written.WrittenSpan);
            Grammar(other).Check(text).ShouldBeEmpty(text);
            Means(Assemble(Decode(codec, text))).ShouldBe(means, $"as {other}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Transcript_SentToTheSimulator_IsAnsweredInItsShape(string name)
    {
        var transcript = Load(name);
        using var body = new StringContent(transcript.GetProperty("request").GetRawText(), Encoding.UTF8, "application/json");

        using var response = await Client.PostAsync(fleet.Simulator + transcript.GetProperty("path").GetString(), body);
        var text = await response.Content.ReadAsStringAsync();

        if (transcript.TryGetProperty("answer", out var answer))
        {
            Missing([answer], [Json(text)]).ShouldBeEmpty(text);
            return;
        }

        JsonElement[] documented = [.. transcript.GetProperty("events").EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object)];
        JsonElement[] got = [.. text.ReplaceLineEndings("\n").Split('\n').Where(l => l.StartsWith("data: {", StringComparison.Ordinal)).Select(l => Json(l["data: ".Length..]))];
        Missing(documented, got).ShouldBeEmpty(text);
        Grammar(transcript.GetProperty("dialect").GetString()!).Check(text).ShouldBeEmpty(text);
    }

    /// <summary>Members and types of events that the documented ones have, and none of the others.</summary>
    private static List<string> Missing(IEnumerable<JsonElement> documented, IEnumerable<JsonElement> got)
    {
        var have = got.SelectMany(g => Paths(g, "")).ToHashSet();
        return [.. documented.SelectMany(d => Paths(d, "")).Distinct().Where(p => !have.Contains(p))];
    }

    private static IEnumerable<string> Paths(JsonElement element, string at) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Where(m => !Optional.Contains(m.Name)).SelectMany(m =>
            m.Name == "type" && m.Value.ValueKind == JsonValueKind.String && m.Value.GetString() != "ping" ? [$"{at}.type={m.Value.GetString()}"]
            // Arguments are the schema's, not the dialect's.
            : m.Name is "input" or "args" ? [$"{at}.{m.Name}"]
            : Paths(m.Value, $"{at}.{m.Name}").Prepend(m.Name == "type" ? at : $"{at}.{m.Name}")),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(i => Paths(i, $"{at}[]")),
        _ => [],
    };

    private static JsonElement Load(string name) => Json(File.ReadAllText(System.IO.Path.Combine(Folder, $"{name}.json")));

    private static string Stream(JsonElement events) => string.Concat(events.EnumerateArray()
        .Select(e => e.ValueKind == JsonValueKind.String ? $"data: {e.GetString()}\n\n"
            : $"{(e.TryGetProperty("type", out var type) ? $"event: {type.GetString()}\n" : "")}data: {JsonSerializer.Serialize(e)}\n\n"));

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    // The simulator takes the key of any vendor in any of these.
    private static HttpClient MakeClient()
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        client.DefaultRequestHeaders.Add("authorization", "Bearer sim-document");
        client.DefaultRequestHeaders.Add("x-api-key", "sim-document");
        client.DefaultRequestHeaders.Add("x-goog-api-key", "sim-document");
        client.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
        return client;
    }

    private static ReadOnlyMemory<byte> Write(ChatCodec codec, ChatAnswer answer)
    {
        var buffer = new ArrayBufferWriter<byte>();
        codec.WriteAnswer(answer, new ChatRequest { Turns = [] }, buffer);
        return buffer.WrittenMemory;
    }

    private static List<StreamPart> Decode(ChatCodec codec, string stream)
    {
        var decoder = codec.CreateDecoder();
        var steps = new List<StreamPart>();
        foreach (var text in stream.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            new SseEvent(Encoding.UTF8.GetBytes($"{text}\n\n")).Parse(out var name, out var data);
            decoder.Decode(name, data, steps);
        }

        return steps;
    }

    private static ChatAnswer Assemble(List<StreamPart> steps)
    {
        string Join(StreamPartKind kind) => string.Concat(steps.Where(s => s.Kind == kind).Select(s => s.Text));
        return new ChatAnswer
        {
            Id = "",
            Model = "",
            Parts =
            [
                new ReasoningPart(Join(StreamPartKind.Reasoning), null, null, null), new TextPart(Join(StreamPartKind.Text)),
                .. steps.Where(s => s.Kind == StreamPartKind.ToolStart).Select(c => new ToolCallPart(
                    c.Id!, c.Name!, string.Concat(steps.Where(s => s.Kind == StreamPartKind.ToolArguments && s.Index == c.Index).Select(s => s.Text)))),
            ],
            Stop = steps.Single(s => s.Kind == StreamPartKind.Finish).Stop,
            Usage = steps.Last(s => s.Kind == StreamPartKind.Usage).Usage,
        };
    }

    private static string Means(ChatAnswer answer) => string.Create(CultureInfo.InvariantCulture,
        $"{string.Concat(answer.Parts.OfType<ReasoningPart>().Select(r => r.Text))}|{string.Concat(answer.Parts.OfType<TextPart>().Select(t => t.Text))}|{string.Join(';', answer.Parts.OfType<ToolCallPart>().Select(c => $"{c.Name} {JsonSerializer.Serialize(Json(c.Arguments))}"))}|{answer.Stop}|{answer.Usage.TotalInput} {answer.Usage.CacheRead} {answer.Usage.TotalOutput}");

    private static string Expected(JsonElement means)
    {
        string Text(string name) => means.TryGetProperty(name, out var value) ? value.ToString() : "";
        var calls = means.TryGetProperty("calls", out var list)
            ? string.Join(';', list.EnumerateArray().Select(c => $"{c.GetProperty("name").GetString()} {JsonSerializer.Serialize(c.GetProperty("arguments"))}"))
            : "";
        return $"{Text("thinking")}|{Text("text")}|{calls}|{Text("stop")}|{Text("input")} {Text("cached")} {Text("output")}";
    }

    private static StreamGrammar Grammar(string dialect) => dialect switch
    {
        "chat" => new ChatGrammar(usage: true),
        "responses" => new ResponsesGrammar(),
        "messages" => new MessagesGrammar(),
        _ => new GeminiGrammar(),
    };
}
