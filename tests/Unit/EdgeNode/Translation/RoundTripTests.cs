using System.Buffers;
using System.Text;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Translation.AnthropicMessages;
using GlobalGateway.EdgeNode.Translation.Gemini;
using GlobalGateway.EdgeNode.Translation.Neutral;
using GlobalGateway.EdgeNode.Translation.OpenAIChat;
using GlobalGateway.EdgeNode.Translation.OpenAIResponses;
using GlobalGateway.Testing.Grammars;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Translation;

/// <summary>A→B→A for every pair of dialects on generated requests, answers and streams.</summary>
public class RoundTripTests
{
    private const int Cases = 400;
    private const double ShareMin = 0.05;

    private static readonly Dictionary<string, (ChatCodec Codec, ReasoningSupport Reasoning, ProviderFormat Format)> Dialects = new()
    {
        ["chat"] = (new OpenAIChatCodec(), ReasoningSupport.Effort, ProviderFormat.OpenAI),
        ["responses"] = (new ResponsesCodec("responses-p"), ReasoningSupport.Effort, ProviderFormat.OpenAI),
        ["messages"] = (new AnthropicCodec(), ReasoningSupport.Budget, ProviderFormat.Anthropic),
        ["generate"] = (new GeminiCodec(), ReasoningSupport.Budget, ProviderFormat.Gemini),
    };

    public static TheoryData<string, string> Pairs => [.. from a in Dialects.Keys from b in Dialects.Keys where a != b select (a, b)];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Request_ThereAndBack_SaysTheSame(string a, string b)
    {
        var generator = new RequestGenerator(new Random(11));
        var (there, back) = (Dialects[a].Codec, Dialects[b].Codec);
        var responses = a == "responses" || b == "responses";
        HashSet<string> lost =
        [
            .. a is "chat" or "responses" || b is "chat" or "responses" ? (string[])["errors"] : [],
            .. a == "generate" || b == "generate" ? (string[])["parallel"] : [],
            // Where one must be stated, the target's stands in.
            .. a == "messages" || b == "messages" ? (string[])["limit"] : [],
        ];
        for (var i = 0; i < Cases; i++)
        {
            var (drawn, _) = generator.Next(urls: a != "generate" && b != "generate");
            // The responses API has no stop sequences; what it lacks is a 400.
            var request = responses ? drawn with { Stop = [] } : drawn;

            var first = there.ReadRequest(Write(a, request));
            var second = there.ReadRequest(Write(a, back.ReadRequest(Write(b, first))));

            Canonical.Of(first, lost).ShouldBe(Canonical.Of(request, lost), $"case {i}, written as {a}");
            Canonical.Of(second, lost).ShouldBe(Canonical.Of(request, lost), $"case {i}, {a} to {b} and back");
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Answer_ThereAndBack_SaysTheSame(string a, string b)
    {
        var generator = new AnswerGenerator(new Random(12));
        for (var i = 0; i < Cases; i++)
        {
            var (answer, _, _) = generator.Next();

            var there = Dialects[b].Codec.ReadAnswer(Write(b, Dialects[a].Codec.ReadAnswer(Write(a, answer))));
            var back = Dialects[a].Codec.ReadAnswer(Write(a, there));

            Canonical.Of(back).ShouldBe(Canonical.Of(answer), $"case {i}");
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Stream_FromOneToTheOther_KeepsItsGrammarAndSaysTheSame(string a, string b)
    {
        var generator = new AnswerGenerator(new Random(13));
        for (var i = 0; i < Cases; i++)
        {
            var (answer, steps, _) = generator.Next();

            var provider = Encode(a, steps);
            Grammar(a).Check(provider).ShouldBeEmpty($"case {i}, as {a}:\n{provider}");
            var client = Encode(b, Decode(a, provider));
            Grammar(b).Check(client).ShouldBeEmpty($"case {i}, as {b}:\n{client}");

            Canonical.Of(Assemble(Decode(b, client))).ShouldBe(Canonical.Of(answer), $"case {i}:\n{provider}\n{client}");
        }
    }

    [Fact]
    public void GeneratedRequestsAndAnswers_HaveEveryFeatureOftenEnough()
    {
        var requests = new RequestGenerator(new Random(11));
        var answers = new AnswerGenerator(new Random(12));
        var drawn = Enumerable.Range(0, Cases).Select(_ => requests.Next().Features).ToList();
        var drawnAnswers = Enumerable.Range(0, Cases).Select(_ => answers.Next().Features).ToList();

        (string Feature, double Share)[] shares =
        [
            .. RequestGenerator.AllFeatures.Select(f => (f, drawn.Count(d => d.Contains(f)) / (double)Cases)),
            .. AnswerGenerator.AllFeatures.Select(f => ($"answer: {f}", drawnAnswers.Count(d => d.Contains(f)) / (double)Cases)),
        ];
        Console.WriteLine($"round trips of {Cases} requests and {Cases} answers: {string.Join(", ", shares.OrderBy(s => s.Share).Select(s => $"{s.Feature} {s.Share:P0}"))}");
        shares.ShouldAllBe(s => s.Share >= ShareMin);
    }

    private static ReadOnlyMemory<byte> Write(string dialect, ChatRequest request)
    {
        var (codec, reasoning, format) = Dialects[dialect];
        var buffer = new ArrayBufferWriter<byte>();
        codec.WriteRequest(request, Endpoints.Of(format, new Capabilities { Reasoning = reasoning, Sampling = true }), buffer, []);
        return buffer.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> Write(string dialect, ChatAnswer answer)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Dialects[dialect].Codec.WriteAnswer(answer, new ChatRequest { Turns = [] }, buffer);
        return buffer.WrittenMemory;
    }

    private static string Encode(string dialect, IReadOnlyList<StreamPart> steps)
    {
        var encoder = Dialects[dialect].Codec.CreateEncoder(new ChatRequest { Turns = [], Stream = true, WantsUsage = true });
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var step in steps)
        {
            encoder.Encode(step, buffer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static List<StreamPart> Decode(string dialect, string stream)
    {
        var decoder = Dialects[dialect].Codec.CreateDecoder();
        var steps = new List<StreamPart>();
        foreach (var text in stream.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            new SseEvent(Encoding.UTF8.GetBytes($"{text}\n\n")).Parse(out var name, out var data);
            (decoder.Decode(name, data, steps) & (EventMeaning.Error | EventMeaning.Malformed)).ShouldBe(EventMeaning.None);
        }

        return steps;
    }

    private static ChatAnswer Assemble(List<StreamPart> steps)
    {
        string Join(StreamPartKind kind) => string.Concat(steps.Where(s => s.Kind == kind).Select(s => s.Text));
        var calls = steps.Where(s => s.Kind == StreamPartKind.ToolStart).Select(c => new ToolCallPart(
            c.Id!, c.Name!, string.Concat(steps.Where(s => s.Kind == StreamPartKind.ToolArguments && s.Index == c.Index).Select(s => s.Text)) is { Length: > 0 } arguments ? arguments : "{}"));
        return new ChatAnswer
        {
            Id = steps.First(s => s.Kind == StreamPartKind.Start).Id!,
            Model = "",
            Parts = [new ReasoningPart(Join(StreamPartKind.Reasoning), null, null, null), new TextPart(Join(StreamPartKind.Text)), new RefusalPart(Join(StreamPartKind.Refusal)), .. calls],
            Stop = steps.Single(s => s.Kind == StreamPartKind.Finish).Stop,
            Usage = steps.Last(s => s.Kind == StreamPartKind.Usage).Usage,
        };
    }

    private static StreamGrammar Grammar(string dialect) => dialect switch
    {
        "chat" => new ChatGrammar(usage: true),
        "responses" => new ResponsesGrammar(),
        "messages" => new MessagesGrammar(),
        _ => new GeminiGrammar(),
    };
}
