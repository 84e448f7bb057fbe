using System.Buffers;
using System.Text;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Translation.Neutral;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Translation;

/// <summary>Sources of an answer, from every provider to every client.</summary>
public class CitationTests
{
    private const string Chat =
        """{"id":"c","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Oslo: sun","annotations":[{"type":"url_citation","url_citation":{"start_index":6,"end_index":9,"title":"W","url":"https://w.example"}}]},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}""";

    private const string Responses =
        """{"id":"resp_1","model":"m","status":"completed","output":[{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"Oslo: sun","annotations":[{"type":"file_citation","file_id":"f","index":1},{"type":"url_citation","start_index":6,"end_index":9,"title":"W","url":"https://w.example"}]}]}],"usage":{"input_tokens":1,"output_tokens":2}}""";

    private const string Messages =
        """{"id":"msg_1","model":"m","role":"assistant","content":[{"type":"text","text":"Oslo: "},{"type":"text","text":"sun","citations":[{"type":"web_search_result_location","url":"https://w.example","title":"W","cited_text":"Sun in Oslo","encrypted_index":"x"},{"type":"char_location","document_index":0,"document_title":"D","cited_text":"y"}]}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2}}""";

    private const string Gemini =
        """{"candidates":[{"content":{"role":"model","parts":[{"text":"Oslo: sun"}]},"finishReason":"STOP","index":0,"groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://w.example","title":"W"}}],"groundingSupports":[{"segment":{"startIndex":6,"endIndex":9,"text":"sun"},"groundingChunkIndices":[0]}]}}],"usageMetadata":{"promptTokenCount":1},"modelVersion":"m","responseId":"abcdefgh"}""";

    private static readonly Dictionary<string, string> Answers = new() { ["chat"] = Chat, ["responses"] = Responses, ["messages"] = Messages, ["gemini"] = Gemini };

    private static readonly ChatRequest Asked = new() { Turns = [] };

    public static TheoryData<string, string> Pairs => [.. from provider in Answers.Keys from client in Answers.Keys select (provider, client)];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Source_OfPartOfAnAnswer_IsNamedToTheClientAtThatPart(string provider, string client)
    {
        var output = new ArrayBufferWriter<byte>();
        CodecOf(client).WriteAnswer(CodecOf(provider).ReadAnswer(Encoding.UTF8.GetBytes(Answers[provider])), Asked, output);

        using var document = JsonDocument.Parse(output.WrittenMemory);
        var answer = document.RootElement;
        switch (client)
        {
            case "chat":
                answer.GetProperty("choices")[0].GetProperty("message").GetProperty("annotations").GetRawText()
                    .ShouldBe("""[{"type":"url_citation","url_citation":{"start_index":6,"end_index":9,"title":"W","url":"https://w.example"}}]""");
                break;
            case "responses":
                var parts = answer.GetProperty("output")[0].GetProperty("content").EnumerateArray().ToArray();
                var annotation = parts[^1].GetProperty("annotations").EnumerateArray().ShouldHaveSingleItem();
                annotation.GetProperty("url").GetString().ShouldBe("https://w.example");
                parts[^1].GetProperty("text").GetString()![annotation.GetProperty("start_index").GetInt32()..annotation.GetProperty("end_index").GetInt32()].ShouldBe("sun");
                break;
            case "messages":
                var cited = answer.GetProperty("content").EnumerateArray().Last();
                cited.GetProperty("citations").EnumerateArray().ShouldHaveSingleItem().GetProperty("url").GetString().ShouldBe("https://w.example");
                break;
            default:
                var metadata = answer.GetProperty("candidates")[0].GetProperty("groundingMetadata");
                metadata.GetProperty("groundingChunks")[0].GetProperty("web").GetProperty("uri").GetString().ShouldBe("https://w.example");
                metadata.GetProperty("groundingSupports")[0].GetProperty("segment").GetRawText().ShouldBe("""{"startIndex":6,"endIndex":9,"text":"sun"}""");
                break;
        }
    }

    [Fact]
    public void Places_InGemini_CountBytes()
    {
        var answer = new ChatAnswer { Id = "a", Model = "m", Stop = StopKind.Stop, Parts = [new TextPart("é日 sun") { Citations = [new Citation("https://w.example", null, 3, 6, null)] }] };
        var output = new ArrayBufferWriter<byte>();

        CodecOf("gemini").WriteAnswer(answer, Asked, output);

        Encoding.UTF8.GetString(output.WrittenSpan).ShouldContain("\"startIndex\":6,\"endIndex\":9,\"text\":\"sun\"");
    }

    [Theory]
    [InlineData(ProviderFormat.OpenAI, ModelApi.Chat)]
    [InlineData(ProviderFormat.OpenAI, ModelApi.Responses)]
    [InlineData(ProviderFormat.Gemini, ModelApi.Chat)]
    public async Task SourcesThatAClientSendsBack_GoToNoProvider(ProviderFormat format, ModelApi api)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.With(TestResources.For(format, upstream), new Capabilities { Api = [api] }));

        await edge.PostAsync("/v1/messages", """{"model":"fast","max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"text","text":"b","citations":[{"type":"web_search_result_location","url":"https://w.example","title":"W","cited_text":"c","encrypted_index":""}]}]},{"role":"user","content":"d"}]}""");

        upstream.Requests.ShouldHaveSingleItem().Body.ShouldNotContain("w.example");
    }

    private static ChatCodec CodecOf(string dialect) => dialect switch
    {
        "chat" => ChatCodecs.ForClient(Operation.ChatCompletions)!,
        "responses" => ChatCodecs.ForProvider(new Provider { Name = "p", Format = ProviderFormat.OpenAI, Endpoints = [] }, new Capabilities { Api = [ModelApi.Responses] })!,
        "messages" => ChatCodecs.ForClient(Operation.Messages)!,
        _ => ChatCodecs.ForClient(Operation.GenerateContent)!,
    };
}
