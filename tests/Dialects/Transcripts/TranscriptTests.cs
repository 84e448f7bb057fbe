using System.Buffers;
using System.Text;
using System.Text.Json;
using GlobalGateway.Dialects.Fleet;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Translation.Neutral;
using GlobalGateway.Testing.Grammars;
using Shouldly;
using Xunit;

namespace GlobalGateway.Dialects.Transcripts;

/// <summary>What the vendors' documents show is read as they mean it, and the simulator answers their requests in the same shape.</summary>
public class TranscriptTests(DialectFleet fleet)
{
    private static readonly Operation[] Operations = [Operation.ChatCompletions, Operation.Responses, Operation.Messages, Operation.StreamGenerateContent];

    private static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false });

    public static TheoryData<string> Names() => [.. Transcript.All.Select(static transcript => transcript.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Codec_ReadsTheAnswerAsItsDocumentMeansIt(string name)
    {
        var transcript = Of(name);

        ShouldMean(transcript, Read(transcript), exactIds: true);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Answer_InEveryOtherDialect_StillMeansTheSame(string name)
    {
        var transcript = Of(name);
        foreach (var operation in Operations.Where(operation => operation != transcript.Operation))
        {
            var client = ChatCodecs.ForClient(operation)!;
            if (transcript.Events is { } events)
            {
                var stream = ReadTranscript.Translate(transcript.Codec, client, Encoding.UTF8.GetBytes(events));
                GrammarOf(operation).Check(stream).ShouldBeEmpty($"{name} as {operation}");
                ShouldMean(transcript, ReadTranscript.OfStream(client, stream), exactIds: false);
            }
            else
            {
                var output = new ArrayBufferWriter<byte>();
                client.WriteAnswer(transcript.Codec.ReadAnswer(Bytes(transcript.Answer!.Value)), new ChatRequest { Turns = [] }, output);
                ShouldMean(transcript, ReadTranscript.OfAnswer(client, output.WrittenMemory), exactIds: false);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Simulator_TakesTheDocumentedRequest_AndAnswersInItsShape(string name)
    {
        var transcript = Of(name);
        using var request = new HttpRequestMessage(HttpMethod.Post, fleet.Simulator + transcript.SimulatorPath)
        {
            Content = new StringContent(transcript.Request.GetRawText(), Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation(transcript.Vendor switch { "anthropic" => "x-api-key", "gemini" => "x-goog-api-key", _ => "authorization" }, transcript.Vendor == "openai" ? "Bearer sim-document" : "sim-document");
        request.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(text);

        var documented = transcript.Events is { } events ? Shapes(events) : Shape(transcript.Answer!.Value);
        var simulated = transcript.Events is null ? Shape(JsonDocument.Parse(text).RootElement) : Shapes(text);
        documented.Except(simulated).ShouldBeEmpty($"{transcript.Source} shows these, the simulator does not");
    }

    [Fact]
    public void EveryTranscript_NamesItsSource() =>
        Transcript.All.ShouldAllBe(static transcript => transcript.Source.StartsWith("https://", StringComparison.Ordinal));

    private static Transcript Of(string name) => Transcript.All.Single(transcript => transcript.Name == name);

    private static ReadTranscript Read(Transcript transcript) => transcript.Events is { } events
        ? ReadTranscript.OfStream(transcript.Codec, Encoding.UTF8.GetBytes(events))
        : ReadTranscript.OfAnswer(transcript.Codec, Bytes(transcript.Answer!.Value));

    private static ReadOnlyMemory<byte> Bytes(JsonElement json) => Encoding.UTF8.GetBytes(json.GetRawText());

    private static void ShouldMean(Transcript transcript, ReadTranscript read, bool exactIds)
    {
        var expect = transcript.Expect;
        read.Text.ToString().ShouldBe(expect.TryGetProperty("text", out var text) ? text.GetString() : "");
        read.Reasoning.ToString().ShouldBe(expect.TryGetProperty("reasoning", out var reasoning) ? reasoning.GetString() : "");
        read.Stop.ToString().ShouldBe(expect.GetProperty("stop").GetString());
        JsonElement[] calls = expect.TryGetProperty("calls", out var list) ? [.. list.EnumerateArray()] : [];
        read.Calls.Count.ShouldBe(calls.Length);
        foreach (var (call, expected) in read.Calls.Zip(calls))
        {
            call.Name.ShouldBe(expected.GetProperty("name").GetString());
            JsonElement.DeepEquals(ReadTranscript.Arguments(call.Arguments), expected.GetProperty("arguments")).ShouldBeTrue(call.Arguments.ToString());
            if (exactIds && expected.TryGetProperty("id", out var id))
            {
                call.Id.ShouldBe(id.GetString());
            }
        }

        ShouldCount(expect.GetProperty("usage"), read.Usage, exactIds);
    }

    // Not every dialect tells reasoning, and cache writes, apart.
    private static void ShouldCount(JsonElement expected, Usage usage, bool exact)
    {
        long Count(string kind) => expected.TryGetProperty(kind, out var count) ? count.GetInt64() : 0;
        (usage.TotalInput, usage.CacheRead, usage.TotalOutput).ShouldBe((
            Count("Input") + Count("CacheRead") + Count("CacheWrite") + Count("CacheWriteLong"), Count("CacheRead"), Count("Output") + Count("Reasoning")));
        if (exact)
        {
            (usage.CacheWrite, usage.CacheWriteLong, usage.Output, usage.Reasoning).ShouldBe((Count("CacheWrite"), Count("CacheWriteLong"), Count("Output"), Count("Reasoning")));
        }
    }

    private static StreamGrammar GrammarOf(Operation operation) => operation switch
    {
        Operation.ChatCompletions => new ChatGrammar(usage: true),
        Operation.Responses => new ResponsesGrammar(),
        Operation.Messages => new MessagesGrammar(),
        _ => new GeminiGrammar(),
    };

    /// <summary>The names of members, two levels deep; of arrays those of their items.</summary>
    private static HashSet<string> Shape(JsonElement json, string prefix = "", int depth = 2)
    {
        var names = new HashSet<string>();
        if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in json.EnumerateArray())
            {
                names.UnionWith(Shape(item, $"{prefix}[]", depth));
            }
        }
        else if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in json.EnumerateObject().Where(static member => member.Value.ValueKind != JsonValueKind.Null && member.Name is not ("cachedContentTokenCount" or "candidatesTokenCount" or "thoughtsTokenCount" or "thoughtSignature" or "service_tier")))
            {
                names.Add($"{prefix}.{member.Name}");
                if (depth > 1)
                {
                    names.UnionWith(Shape(member.Value, $"{prefix}.{member.Name}", depth - 1));
                }
            }
        }

        return names;
    }

    /// <summary>The names of a stream's events, and the shape of each kind.</summary>
    private static HashSet<string> Shapes(string events)
    {
        var names = new HashSet<string>();
        foreach (var data in events.Split('\n').Where(static line => line.StartsWith("data: {", StringComparison.Ordinal)))
        {
            var json = JsonDocument.Parse(data["data: ".Length..]).RootElement;
            names.UnionWith(Shape(json, json.TryGetProperty("type", out var type) ? type.GetString()! : "chunk"));
        }

        // A ping comes when the vendor likes, and text before a call when the model does.
        names.RemoveWhere(static name => name.StartsWith("ping", StringComparison.Ordinal) || name is "content_block_start.content_block.text" or "content_block_delta.delta.text");
        return names;
    }
}
