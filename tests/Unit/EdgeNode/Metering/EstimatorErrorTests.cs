using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.Unit.EdgeNode.Translation;
using GlobalGateway.Unit.ProviderSimulator;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Metering;

/// <summary>Measures the estimator against counts that vendors publish and against the simulator's, and keeps docs/translation.md true to it.</summary>
public class EstimatorErrorTests
{
    // Text, count, and whose document states it.
    private static readonly (string Text, long Tokens, string Source)[] Published =
    [
        ("You miss 100% of the shots you don't take", 11, "OpenAI help 4936856"),
        ("Cómo estás", 5, "OpenAI help 4936856"),
        ("tiktoken is great!", 6, "OpenAI cookbook"),
        ("antidisestablishmentarianism", 6, "OpenAI cookbook"),
        ("2 + 2 = 4", 7, "OpenAI cookbook"),
        ("お誕生日おめでとう", 8, "OpenAI cookbook"),
        ("The quick brown fox jumps over the lazy dog.", 10, "Gemini API reference, countTokens"),
    ];

    private static readonly (string Body, long Tokens, string Source)[] PublishedRequests =
    [
        ("""{"system":"You are a scientist","messages":[{"role":"user","content":"Hello, Claude"}]}""", 14, "Anthropic, token counting"),
        ("""{"contents":[{"role":"user","parts":[{"text":"The quick brown fox jumps over the lazy dog."}]}]}""", 11, "Gemini API reference, countTokens"),
    ];

    private static readonly string[] Prompts =
    [
        "Write about rivers. [[tokens=400]]",
        "Compare the harbours of the north with those of the south, and say which is quieter in winter. [[tokens=900]]",
        "Give me twelve names for a lighthouse, each with a reason, and keep every reason under ten words. [[tokens=150]]",
    ];

    private readonly List<string> _rows = ["| counted by | what | samples | estimated / counted |", "|---|---|---|---|"];

    [Fact]
    public async Task Estimate_AgainstKnownCounts_IsAsDocumented()
    {
        Row("vendors' documents", "text", [.. Published.Select(p => (TextTokens(p.Text), p.Tokens))]);
        Row("vendors' documents", "requests", [.. PublishedRequests.Select(p => (TokenEstimator.OfRequest(Encoding.UTF8.GetBytes(p.Body)), p.Tokens))]);
        await using var simulator = await SimulatorHost.StartAsync();
        await MeasureAsync(simulator, "OpenAI chat", Operation.ChatCompletions, "/openai/v1/chat/completions", Chat, "/openai/v1/chat/completions");
        await MeasureAsync(simulator, "OpenAI responses", Operation.Responses, "/openai/v1/responses", Responses, "/openai/v1/responses");
        await MeasureAsync(simulator, "Anthropic", Operation.Messages, "/anthropic/v1/messages", Messages, "/anthropic/v1/messages");
        await MeasureAsync(
            simulator, "Gemini", Operation.StreamGenerateContent, "/gemini/v1beta/models/gemini-2.5-flash:generateContent", Generate,
            "/gemini/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse");

        DocumentedTable.ShouldHold("translation.md", "estimator", _rows);
    }

    private async Task MeasureAsync(SimulatorHost simulator, string dialect, Operation operation, string path, Func<string, bool, string> body, string streamPath)
    {
        var inputs = new List<(long, long)>();
        var outputs = new List<(long, long)>();
        var streams = new List<(long, long)>();
        foreach (var prompt in Prompts)
        {
            var request = body(prompt, false);
            var answer = await simulator.TextAsync(path, request);
            var counted = UsageOf(answer);
            inputs.Add((TokenEstimator.OfRequest(Encoding.UTF8.GetBytes(request)), counted.TotalInput));
            outputs.Add((TokenEstimator.OfAnswer(Encoding.UTF8.GetBytes(answer)).TotalOutput, counted.TotalOutput));
            var inspector = StreamInspector.For(operation, clientWantsUsage: true);
            foreach (var data in (await simulator.TextAsync(streamPath, body(prompt, true))).ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
            {
                inspector.Inspect(new SseEvent(Encoding.UTF8.GetBytes($"{data}\n\n")));
            }

            streams.Add((inspector.Produced.TotalOutput, inspector.Usage.TotalOutput));
        }

        Row($"simulator, {dialect}", "prompts", inputs);
        Row($"simulator, {dialect}", "answers", outputs);
        Row($"simulator, {dialect}", "streams", streams);
    }

    private void Row(string counter, string what, List<(long Estimated, long Counted)> samples)
    {
        samples.ShouldAllBe(s => s.Counted > 0);
        var ratios = samples.Select(s => (double)s.Estimated / s.Counted).Order().ToArray();
        var total = (double)samples.Sum(s => s.Estimated) / samples.Sum(s => s.Counted);
        total.ShouldBeInRange(0.7, 1.3, $"{counter}, {what}");
        _rows.Add(string.Create(CultureInfo.InvariantCulture, $"| {counter} | {what} | {samples.Count} | {total:0.00} ({ratios[0]:0.00} to {ratios[^1]:0.00}) |"));
    }

    private static Usage UsageOf(string answer)
    {
        using var document = JsonDocument.Parse(answer);
        return UsageReader.Of(document.RootElement, "usageMetadata"u8, UsageReader.Of(document.RootElement));
    }

    private static long TextTokens(string text)
    {
        var counter = new TokenCounter();
        counter.Add(text);
        return counter.Tokens;
    }

    private static string Chat(string prompt, bool stream)
    {
        var body = new JsonObject { ["model"] = "gpt-4o-mini", ["messages"] = new JsonArray(Message("system", "You are brief."), Message("user", prompt)), ["stream"] = stream };
        if (stream)
        {
            body["stream_options"] = new JsonObject { ["include_usage"] = true };
        }

        return body.ToJsonString();
    }

    private static string Responses(string prompt, bool stream) =>
        new JsonObject { ["model"] = "gpt-4o-mini", ["input"] = new JsonArray(Message("system", "You are brief."), Message("user", prompt)), ["stream"] = stream }.ToJsonString();

    private static string Messages(string prompt, bool stream) =>
        new JsonObject { ["model"] = "claude-haiku-4-5", ["max_tokens"] = 4_000, ["system"] = "You are brief.", ["messages"] = new JsonArray(Message("user", prompt)), ["stream"] = stream }.ToJsonString();

    private static string Generate(string prompt, bool stream) =>
        new JsonObject
        {
            ["systemInstruction"] = new JsonObject { ["parts"] = new JsonArray(new JsonObject { ["text"] = "You are brief." }) },
            ["contents"] = new JsonArray(new JsonObject { ["role"] = "user", ["parts"] = new JsonArray(new JsonObject { ["text"] = prompt }) }),
        }.ToJsonString();

    private static JsonObject Message(string role, string text) => new() { ["role"] = role, ["content"] = text };
}
