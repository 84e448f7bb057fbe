using System.Text;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Metering;

public class SettlementTests
{
    private const string Chunk = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"four words of text\"}}]}\n\n";
    private const string Counted = "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2}}\n\n";
    private const string Finish = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

    [Theory]
    [InlineData("whole and counted", Chunk + Counted + Finish, 9, 2, false)]
    [InlineData("whole but not counted", Chunk + Finish, 4, 4, true)]
    [InlineData("cut before the count", Chunk + Chunk, 4, 7, true)]
    [InlineData("cut after an early count", Counted + Chunk + Chunk, 9, 7, true)]
    public async Task Stream_HoweverItEnds_IsSettled(string how, string events, long input, long output, bool estimated)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.StreamAsync(context, events);
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        var tokens = await TokensAsync(edge, stream: true);

        tokens.GetProperty("in").GetInt64().ShouldBe(input, how);
        tokens.GetProperty("out").GetInt64().ShouldBe(output, how);
        tokens.TryGetProperty("estimated", out _).ShouldBe(estimated, how);
    }

    [Fact]
    public async Task Answer_WithoutUsage_IsSettledByEstimate()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.JsonAsync(
            context, 200, """{"id":"c1","choices":[{"index":0,"message":{"role":"assistant","content":"four words of text"},"finish_reason":"stop"}]}""");
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        var tokens = await TokensAsync(edge, stream: false);

        tokens.GetProperty("in").GetInt64().ShouldBe(4);
        tokens.GetProperty("out").GetInt64().ShouldBe(4);
    }

    [Theory]
    [InlineData(false, """{"id":"c1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"four words of text"},"finish_reason":"stop"}]}""")]
    [InlineData(true, Chunk + Finish)]
    public async Task TranslatedAnswer_WithoutUsage_TellsTheClientTheEstimate(bool stream, string answer)
    {
        var calls = await Translation.Calls.MakeAsync(
            GlobalGateway.Contracts.Resources.ProviderFormat.OpenAI, "/v1/messages",
            $$"""{"model":"fast","max_tokens":9,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"hello"}]}""", answer);

        var usage = (stream ? calls.Events[^2] : calls.Answer).GetProperty("usage");
        usage.GetProperty("input_tokens").GetInt64().ShouldBe(4);
        usage.GetProperty("output_tokens").GetInt64().ShouldBe(4);
    }

    private static async Task<JsonElement> TokensAsync(EdgeHost edge, bool stream)
    {
        try
        {
            using var response = await edge.ChatAsync(stream: stream);
            await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        }
        catch (HttpRequestException)
        {
            // A cut stream ends abnormally.
        }

        await edge.StopAsync();
        await edge.DisposeAsync();
        return Encoding.UTF8.GetString(edge.Log.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonDocument.Parse(l).RootElement).Last(l => l.GetProperty("event").GetString() == "request").GetProperty("tokens");
    }
}
