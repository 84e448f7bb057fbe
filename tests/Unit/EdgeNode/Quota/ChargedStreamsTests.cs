using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Quota;

/// <summary>Streams have rights for their next step only; one whose budget is used up ends as at its length limit.</summary>
public sealed class ChargedStreamsTests
{
    // Twelve tokens by the estimator's rule.
    private const string Sentence = "the quick brown fox jumps over a dog and then it sleeps ";

    private const string Chat = """{"model":"fast","stream":true,"max_tokens":8000,"messages":[{"role":"user","content":"hello"}]}""";

    [Fact]
    public async Task ChatStream_LongerThanItsFirstStep_IsToppedUpAndSettledExactly()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = async (context, _) =>
        {
            for (var i = 0; i < 300; i++)
            {
                await ScriptedUpstream.StreamAsync(context, ChatChunk(Sentence));
            }

            await ScriptedUpstream.StreamAsync(
                context,
                """data: {"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\n",
                """data: {"id":"c1","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3600,"total_tokens":3607}}""" + "\n\n",
                "data: [DONE]\n\n");
        };
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream), BudgetedEdge.Budget("all", tokens: 100_000));

        using var answer = await edge.Host.SendAsync("/v1/chat/completions", Chat);
        var (text, abnormal) = await EdgeHost.ReadToTheEndAsync(answer);
        await edge.EndAsync();

        abnormal.ShouldBeFalse();
        text.ShouldContain("\"finish_reason\":\"stop\"");
        edge.Spent("all").Tokens.ShouldBe(3_607);
        edge.Events.ShouldHaveSingleItem().Estimated.ShouldBeFalse();
    }

    [Fact]
    public async Task ChatStream_BudgetUsedUp_EndsWithLengthAndIsCharged()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => EndlessAsync(context, ChatChunk(Sentence));
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream), BudgetedEdge.Budget("all", tokens: 1_800));

        using var answer = await edge.Host.SendAsync("/v1/chat/completions", Chat);
        var (text, abnormal) = await EdgeHost.ReadToTheEndAsync(answer);
        await edge.EndAsync();

        abnormal.ShouldBeFalse();
        text.ShouldEndWith("""
            data: {"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"length"}]}

            data: [DONE]


            """.ReplaceLineEndings("\n"));
        edge.Spent("all").Tokens.ShouldBeInRange(1_000, 1_800);
        edge.Events.ShouldHaveSingleItem().Estimated.ShouldBeTrue();
        edge.Book.OpenReservations.ShouldBe(0);
    }

    [Fact]
    public async Task MessagesStream_BudgetUsedUp_ClosesItsBlockAndEndsWithMaxTokens()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => EndlessAsync(
            context,
            Event("content_block_delta", $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{Sentence}}}"}}"""),
            Event("message_start", """{"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","model":"up-model","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":7,"output_tokens":1}}}"""),
            Event("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""));
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(ProviderFormat.Anthropic, upstream), BudgetedEdge.Budget("all", tokens: 1_800));

        using var answer = await edge.Host.SendAsync("/v1/messages", """{"model":"fast","stream":true,"max_tokens":8000,"messages":[{"role":"user","content":"hello"}]}""");
        var (text, abnormal) = await EdgeHost.ReadToTheEndAsync(answer);

        abnormal.ShouldBeFalse();
        var events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)[^3..];
        events[0].ShouldBe("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}");
        events[1].ShouldContain("\"stop_reason\":\"max_tokens\"");
        events[2].ShouldContain("message_stop");
    }

    [Fact]
    public async Task GeminiStream_BudgetUsedUp_EndsWithMaxTokens()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => EndlessAsync(context, "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" + Sentence + "\"}],\"role\":\"model\"},\"index\":0}],\"responseId\":\"r1\"}\n\n");
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(ProviderFormat.Gemini, upstream), BudgetedEdge.Budget("all", tokens: 1_800));

        using var answer = await edge.Host.SendAsync("/v1beta/models/fast:streamGenerateContent?alt=sse", """{"contents":[{"parts":[{"text":"hi"}]}]}""");
        var (text, abnormal) = await EdgeHost.ReadToTheEndAsync(answer);

        abnormal.ShouldBeFalse();
        var last = JsonDocument.Parse(text.Split("data: ", StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement;
        last.GetProperty("candidates")[0].GetProperty("finishReason").GetString().ShouldBe("MAX_TOKENS");
        last.GetProperty("responseId").GetString().ShouldBe("r1");
        JsonDocument.Parse(upstream.Requests.Single().Body).RootElement.GetProperty("generationConfig").GetProperty("maxOutputTokens").GetInt64().ShouldBe(4_096);
    }

    [Fact]
    public async Task ResponsesStream_BudgetUsedUp_IsIncompleteWithWhatWasSaid()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => EndlessAsync(
            context,
            Event("response.output_text.delta", $$"""{"type":"response.output_text.delta","sequence_number":4,"item_id":"i1","output_index":0,"content_index":0,"delta":"{{Sentence}}"}"""),
            Event("response.created", """{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","status":"in_progress","model":"up-model","output":[]}}"""),
            Event("response.output_item.added", """{"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{"id":"i1","type":"message","status":"in_progress","role":"assistant","content":[]}}"""),
            Event("response.content_part.added", """{"type":"response.content_part.added","sequence_number":3,"item_id":"i1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}"""));
        var resources = TestResources.With(TestResources.For(upstream), new Capabilities { Api = [ModelApi.Responses] });
        await using var edge = await BudgetedEdge.StartAsync(resources, BudgetedEdge.Budget("all", tokens: 1_800));

        using var answer = await edge.Host.SendAsync("/v1/responses", """{"model":"fast","stream":true,"input":"hello"}""");
        var (text, abnormal) = await EdgeHost.ReadToTheEndAsync(answer);

        abnormal.ShouldBeFalse();
        var events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)[^4..].Select(e => JsonDocument.Parse(e[(e.IndexOf("data: ", StringComparison.Ordinal) + 6)..]).RootElement).ToArray();
        events.Select(e => e.GetProperty("type").GetString()).ShouldBe(["response.output_text.done", "response.content_part.done", "response.output_item.done", "response.incomplete"]);
        var response = events[3].GetProperty("response");
        response.GetProperty("status").GetString().ShouldBe("incomplete");
        response.GetProperty("incomplete_details").GetProperty("reason").GetString().ShouldBe("max_output_tokens");
        response.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString()!.ShouldStartWith(Sentence + Sentence);
        events.Select(e => e.GetProperty("sequence_number").GetInt64()).ShouldBe([5, 6, 7, 8]);
    }

    [Fact]
    public async Task TranslatedStream_BudgetUsedUp_EndsInTheClientsDialect()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => EndlessAsync(context, ChatChunk(Sentence));
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream), BudgetedEdge.Budget("all", tokens: 1_800));

        using var answer = await edge.Host.SendAsync("/v1/messages", """{"model":"fast","stream":true,"max_tokens":8000,"messages":[{"role":"user","content":"hello"}]}""");
        var (text, abnormal) = await EdgeHost.ReadToTheEndAsync(answer);

        abnormal.ShouldBeFalse();
        text.ShouldContain("\"stop_reason\":\"max_tokens\"");
        text.Trim().ShouldEndWith("""{"type":"message_stop"}""");
    }

    [Fact]
    public async Task ChatStream_ClientGoes_IsChargedAsReservedAndFlagged()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => EndlessAsync(context, ChatChunk(Sentence));
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream), BudgetedEdge.Budget("all", tokens: 100_000));

        using (var answer = await edge.Host.SendAsync("/v1/chat/completions", Chat))
        {
            await using var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            await body.ReadExactlyAsync(new byte[64], TestContext.Current.CancellationToken);
        }

        await edge.EndAsync();
        edge.Spent("all").Tokens.ShouldBeGreaterThan(1_000);
        edge.Events.ShouldHaveSingleItem().Estimated.ShouldBeTrue();
        edge.Book.OpenReservations.ShouldBe(0);
    }

    private static async Task EndlessAsync(HttpContext context, string again, params string[] first)
    {
        await ScriptedUpstream.StreamAsync(context, first);
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await ScriptedUpstream.StreamAsync(context, again);
        }
    }

    private static string ChatChunk(string text) =>
        $$$"""data: {"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"{{{text}}}"},"finish_reason":null}]}""" + "\n\n";

    private static string Event(string name, string data) => $"event: {name}\ndata: {data}\n\n";
}
