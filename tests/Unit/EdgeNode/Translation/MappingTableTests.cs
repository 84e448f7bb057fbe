using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Translation.AnthropicMessages;
using GlobalGateway.EdgeNode.Translation.Gemini;
using GlobalGateway.EdgeNode.Translation.Neutral;
using GlobalGateway.EdgeNode.Translation.OpenAIChat;
using GlobalGateway.EdgeNode.Translation.OpenAIResponses;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Translation;

/// <summary>Renders docs/translation.md's tables from what the codecs write, so that they cannot say anything else.</summary>
public class MappingTableTests
{
    private const string Tool = """{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"string"}}}}}""";
    private const string Call = """{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":""}}]}""";

    private static readonly (string Name, ChatCodec Codec, ProviderFormat Format, ReasoningSupport Reasoning)[] Targets =
    [
        ("Anthropic messages", new AnthropicCodec(), ProviderFormat.Anthropic, ReasoningSupport.Budget),
        ("Gemini", new GeminiCodec(), ProviderFormat.Gemini, ReasoningSupport.Budget),
        ("OpenAI responses", new ResponsesCodec("responses-p"), ProviderFormat.OpenAI, ReasoningSupport.Effort),
    ];

    // What a chat completion request has beside a user's "hi", which itself is the first.
    private static readonly (string What, string Members)[] Requests =
    [
        ("a user's text", """ "messages":[{"role":"user","content":"hi"}] """),
        ("system or developer text", """ "messages":[{"role":"developer","content":"be brief"},{"role":"user","content":"hi"}] """),
        ("a picture", """ "messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}]}] """),
        ("a picture's address", """ "messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}] """),
        ("a PDF", """ "messages":[{"role":"user","content":[{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,aGk="}}]}] """),
        ("a call and its result", $$""" "messages":[{"role":"user","content":"hi"},{{Call}},{"role":"tool","tool_call_id":"c1","content":"sun"}] """),
        ("equal roles, empty text", """ "messages":[{"role":"user","content":"hi"},{"role":"user","content":""},{"role":"user","content":"there"}] """),
        ("a tool", $$""" "tools":[{{Tool}}] """),
        ("`tool_choice` `required`", $$""" "tools":[{{Tool}}],"tool_choice":"required" """),
        ("`tool_choice` of a function", $$$""" "tools":[{{{Tool}}}],"tool_choice":{"type":"function","function":{"name":"f"}} """),
        ("`tool_choice` `none`", $$""" "tools":[{{Tool}}],"tool_choice":"none" """),
        ("one call at a time", $$""" "tools":[{{Tool}}],"parallel_tool_calls":false """),
        ("`max_tokens`, `max_completion_tokens`", """ "max_completion_tokens":64 """),
        ("`temperature`", """ "temperature":1.5 """),
        ("`top_p`", """ "top_p":0.5 """),
        ("penalties", """ "frequency_penalty":0.5 """),
        ("`stop`", """ "stop":["END"," "] """),
        ("`reasoning_effort`", """ "reasoning_effort":"medium" """),
        ("`response_format` with a schema", """ "response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object","properties":{"a":{"$ref":"#/$defs/d"}},"$defs":{"d":{"const":"b"}}}}} """),
        ("`n`", """ "n":2 """),
        ("`logprobs`", """ "logprobs":true """),
        ("`logit_bias`", """ "logit_bias":{"1":5} """),
        ("audio", """ "modalities":["text","audio"],"audio":{"voice":"alloy","format":"wav"} """),
        ("`functions`", """ "functions":[{"name":"f"}] """),
        ("other fields: `seed`, `user`, `store`, …", """ "seed":7,"user":"u" """),
    ];

    private static readonly (string What, ChatAnswer Answer)[] Answers =
    [
        ("text", Answer(new TextPart("hi"))),
        ("thinking", Answer(new ReasoningPart("hm", "c2ln", null, "anthropic"), new TextPart("hi"))),
        ("a refusal in the model's words", Answer(new RefusalPart("no")) with { Stop = StopKind.Refusal }),
        ("a call", Answer(new ToolCallPart("c1", "f", "{}")) with { Stop = StopKind.ToolCalls }),
        ("the output limit is reached", Answer(new TextPart("hi")) with { Stop = StopKind.Length }),
        ("a filter ends the answer", Answer(new TextPart("hi")) with { Stop = StopKind.Filter }),
        ("the provider pauses", Answer(new TextPart("hi")) with { Stop = StopKind.Pause }),
        ("usage: 5 fresh, 3 read from and 2 written to the cache, 4 answer, 6 reasoning", Answer(new TextPart("hi")) with
        {
            Usage = new Usage { Input = 5, CacheRead = 3, CacheWrite = 2, Output = 4, Reasoning = 6 },
        }),
    ];

    [Fact]
    public void Requests_AreWrittenAsDocumented()
    {
        var lines = new List<string> { $"| in chat completions | {string.Join(" | ", Targets.Select(t => t.Name))} |", "|---|---|---|---|" };
        lines.AddRange(Requests.Select(r => $"| {r.What} | {string.Join(" | ", Targets.Select(t => Cell(t.Codec, t.Format, t.Reasoning, r.Members)))} |"));

        DocumentedTable.ShouldHold("translation.md", "requests", lines);
    }

    [Fact]
    public void Answers_AreWrittenAsDocumented()
    {
        var clients = Targets.Select(t => (t.Name, t.Codec)).Prepend(("chat completions", new OpenAIChatCodec())).ToArray();
        var lines = new List<string> { $"| in an answer | {string.Join(" | ", clients.Select(c => c.Item1))} |", "|---|---|---|---|---|" };
        lines.AddRange(Answers.Select(a => $"| {a.What} | {string.Join(" | ", clients.Select(c => Cell(c.Item2, a.Answer)))} |"));

        DocumentedTable.ShouldHold("translation.md", "answers", lines);
    }

    private static string Cell(ChatCodec codec, ProviderFormat format, ReasoningSupport reasoning, string members)
    {
        try
        {
            var target = Endpoints.Of(format, new Capabilities { Reasoning = reasoning, Sampling = true });
            var dropped = new List<string>();
            var written = Parse(Write(codec, target, members, dropped));
            var plain = Parse(Write(codec, target, """ "messages":[{"role":"user","content":"hi"}] """, []));
            var changed = written.Where(m => m.Value?.ToJsonString() != plain[m.Key]?.ToJsonString() || members == Requests[0].Members).ToList();
            return string.Join("; ", (IEnumerable<string>)[.. changed.Where(m => members != Requests[0].Members || m.Key is "messages" or "contents" or "input").Select(m => Code(m.Key, m.Value)),
                .. dropped.Count > 0 ? [$"dropped: {string.Join(", ", dropped.Select(d => $"`{d}`"))}"] : (string[])[]]);
        }
        catch (TranslationException e)
        {
            return $"400: `{e.Place}`";
        }
    }

    private static string Cell(ChatCodec codec, ChatAnswer answer)
    {
        var written = Parse(Write(codec, answer));
        var plain = Parse(Write(codec, Answers[0].Answer));
        var first = ReferenceEquals(answer, Answers[0].Answer);
        var changed = written.Where(m => first ? m.Key is "content" or "choices" or "candidates" or "output" or "stop_reason" : m.Key is not ("created" or "created_at") && m.Value?.ToJsonString() != plain[m.Key]?.ToJsonString());
        return string.Join("; ", changed.Select(m => Code(m.Key, m.Value)));
    }

    private static string Code(string name, JsonNode? value) => $"`\"{name}\": {value?.ToJsonString(Readable).Replace("|", "\\|", StringComparison.Ordinal) ?? "null"}`";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Write(ChatCodec codec, GlobalGateway.EdgeNode.Routing.ModelEndpoint target, string members, List<string> dropped)
    {
        var body = members.Contains("\"messages\"", StringComparison.Ordinal) ? $$"""{"model":"m",{{members}}}""" : $$"""{"model":"m","messages":[{"role":"user","content":"hi"}],{{members}}}""";
        var buffer = new ArrayBufferWriter<byte>();
        codec.WriteRequest(new OpenAIChatCodec().ReadRequest(Encoding.UTF8.GetBytes(body)), target, buffer, dropped);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Write(ChatCodec codec, ChatAnswer answer)
    {
        var buffer = new ArrayBufferWriter<byte>();
        codec.WriteAnswer(answer, new ChatRequest { Turns = [] }, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static ChatAnswer Answer(params Part[] parts) => new() { Id = "1", Model = "m", Parts = parts, Stop = StopKind.Stop };
}
