using System.Text;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Attempts;
using GlobalGateway.EdgeNode.ResponseState;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.ResponseState;

public class ReturnedReasoningTests
{
    private const string Own = """{"type":"reasoning","id":"rs_1","encrypted_content":"gg.responses-p1.AAA="}""";
    private const string Foreign = """{"type":"reasoning","id":"rs_2","encrypted_content":"gg.anthropic.BBB="}""";
    private const string Plain = """{"type":"reasoning","id":"rs_3","encrypted_content":"CCC="}""";
    private const string User = """{"role":"user","content":"go"}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(new[] { User, Own, User }, new[] { User, """{"type":"reasoning","id":"rs_1","encrypted_content":"AAA="}""", User })]
    [InlineData(new[] { User, Foreign, User }, new[] { User, User })]
    [InlineData(new[] { Foreign, Foreign, User, Foreign }, new[] { User })]
    [InlineData(new[] { User, Foreign, Foreign }, new[] { User })]
    [InlineData(new[] { Foreign }, new string[0])]
    [InlineData(new[] { Plain, User }, new[] { Plain, User })]
    public void Items_OfTheTarget_AreItsOwnAgain_AndOthersAreLeftOut(string[] input, string[] expected)
    {
        foreach (var separator in new[] { ",", " , " })
        {
            var body = $$"""{"model":"m","input":[ {{string.Join(separator, input)}} ],"encrypted_content":"gg.x"}""";
            var splices = default(Splices);

            ReturnedReasoning.Rewrite(Encoding.UTF8.GetBytes(body), "p1", ref splices);

            var sent = Json(Apply(body, splices)).GetProperty("input");
            sent.EnumerateArray().Select(i => i.GetRawText()).ShouldBe(expected);
        }
    }

    [Fact]
    public async Task EncryptedReasoning_GoesBackToItsMaker_AndToNoOtherWhenThatIsGone()
    {
        await using var first = await ScriptedUpstream.StartAsync();
        await using var second = await ScriptedUpstream.StartAsync();
        first.Answer = second.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 200,
            """{"id":"resp_1","object":"response","status":"completed","output":[{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"gAAA"},{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"hi"}]}],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}""");
        await using var edge = await EdgeHost.StartAsync(TestResources.With(TestResources.For(first, second), new Capabilities { Api = [ModelApi.Responses] }));

        var output = Json(await (await edge.PostAsync("/v1/responses", """{"model":"fast","input":[{"role":"user","content":"go"}],"store":false,"include":["reasoning.encrypted_content"]}""")).Content.ReadAsStringAsync(Cancellation)).GetProperty("output");
        output[0].GetProperty("encrypted_content").GetString().ShouldBe("gg.responses-p1.gAAA");
        var next = $$"""{"model":"fast","store":false,"input":[{"role":"user","content":"go"},{{output[0].GetRawText()}},{{output[1].GetRawText()}},{"role":"user","content":"on"}]}""";
        await edge.PostAsync("/v1/responses", next);
        first.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 500, "{}");
        await edge.PostAsync("/v1/responses", next);

        Json(first.Requests.ElementAt(1).Body).GetProperty("input")[1].GetProperty("encrypted_content").GetString().ShouldBe("gAAA");
        Json(second.Requests.Single().Body).GetProperty("input").EnumerateArray().Select(i => i.TryGetProperty("type", out var type) ? type.GetString() : "user").ShouldBe(["user", "message", "user"]);
    }

    [Fact]
    public async Task StreamedReasoning_IsMarkedInEveryEventThatHasIt()
    {
        const string Item = """{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"gAAA"}""";
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.StreamAsync(context,
            Event("output_item.added", $"\"output_index\":0,\"item\":{Item}"), Event("output_item.done", $"\"output_index\":0,\"item\":{Item}"),
            Event("completed", $"\"response\":{{\"id\":\"resp_1\",\"status\":\"completed\",\"output\":[{Item}]}}"));
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        var stream = await (await edge.PostAsync("/v1/responses", """{"model":"fast","input":"go","stream":true}""")).Content.ReadAsStringAsync(Cancellation);

        stream.Split("\"encrypted_content\":\"gg.responses-p1.gAAA\"").Length.ShouldBe(4);
        stream.ShouldNotContain("\"gAAA\"");
    }

    private static string Event(string type, string members) => $"event: response.{type}\ndata: {{\"type\":\"response.{type}\",{members}}}\n\n";

    private static string Apply(string body, in Splices splices)
    {
        var text = new StringBuilder();
        var position = 0;
        for (var i = 0; i < splices.Count; i++)
        {
            text.Append(body, position, splices[i].Start - position).Append(Encoding.UTF8.GetString(splices[i].Value.Span));
            position = splices[i].End;
        }

        return text.Append(body, position, body.Length - position).ToString();
    }

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
