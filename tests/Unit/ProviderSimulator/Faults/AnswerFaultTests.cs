using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ProviderSimulator.Faults;

/// <summary>Faults that an HTTP client sees.</summary>
public class AnswerFaultTests
{
    private const string OpenAi = "/openai/v1/chat/completions";
    private const string Anthropic = "/anthropic/v1/messages";

    private static string Chat(string prompt = "[[tokens=4]]", string model = "gpt-4o", bool stream = false) =>
        $$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{prompt}}"}]}""";

    private static string Message(bool stream = true) =>
        $$"""{"model":"claude-haiku-4-5","max_tokens":50,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"[[tokens=4]]"}]}""";

    private static async Task<HttpResponseMessage> SendAsync(SimulatorHost host, string path, string json) =>
        await host.Client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));

    [Fact]
    public async Task Status_WithRetryAfterAndBody_IsSentAsWritten()
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.FaultAsync("""{"fault":{"type":"status","status":429,"retryAfter":"7","body":{"slow":"down"},"headers":{"x-extra":"1"}}}""");
        using var response = await SendAsync(host, OpenAi, Chat());
        ((int)response.StatusCode).ShouldBe(429);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
        response.Headers.GetValues("x-extra").ShouldBe(["1"]);
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"slow":"down"}""");
    }

    [Fact]
    public async Task Status_WithoutBody_SpeaksTheVendorsErrorsWithoutRetryAfter()
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.FaultAsync("""{"provider":"anthropic","fault":{"type":"status","status":529}}""");
        using var response = await SendAsync(host, Anthropic, Message());
        ((int)response.StatusCode).ShouldBe(529);
        response.Headers.RetryAfter.ShouldBeNull();
        JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["type"]!.GetValue<string>().ShouldBe("overloaded_error");
    }

    [Fact]
    public async Task Attempts_OneAndThree_FireOnThoseOnly()
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.FaultAsync("""{"model":"gpt-4o","endpoint":"chat","attempts":[1,3],"fault":{"type":"status","status":503}}""");
        var statuses = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            // Another model is not counted.
            (await host.PostAsync(OpenAi, Chat(model: "gpt-4o-mini"))).Status.ShouldBe(200);
            statuses.Add((await host.PostAsync(OpenAi, Chat())).Status);
        }
        statuses.ShouldBe([503, 200, 503, 200]);
    }

    [Fact]
    public async Task Attempts_Range_FiresInside()
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.FaultAsync("""{"attempts":{"from":2,"to":3},"fault":{"type":"status"}}""");
        var statuses = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            statuses.Add((await host.PostAsync(OpenAi, Chat())).Status);
        }
        statuses.ShouldBe([200, 500, 500, 200]);
    }

    [Fact]
    public async Task Probability_SameSeed_FiresOnTheSameRequests()
    {
        var runs = new List<string>();
        for (var run = 0; run < 2; run++)
        {
            await using var host = await SimulatorHost.StartAsync();
            await host.FaultAsync("""{"probability":0.5,"seed":42,"fault":{"type":"status"}}""");
            var statuses = new List<int>();
            for (var i = 0; i < 20; i++)
            {
                statuses.Add((await host.PostAsync(OpenAi, Chat())).Status);
            }
            runs.Add(string.Join(',', statuses));
        }
        runs[0].ShouldBe(runs[1]);
        runs[0].ShouldContain("200");
        runs[0].ShouldContain("500");
    }

    [Fact]
    public async Task PromptContains_OtherPrompts_AreLeftAlone()
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.FaultAsync("""{"promptContains":"only-me","count":1,"fault":{"type":"status"}}""");
        (await host.PostAsync(OpenAi, Chat("somebody else"))).Status.ShouldBe(200);
        (await host.PostAsync(OpenAi, Chat("only-me"))).Status.ShouldBe(500);
        (await host.PostAsync(OpenAi, Chat("only-me"))).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task ErrorEvent_InAStream_ComesAfterThatMuchContent(int content)
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.FaultAsync($$$"""{"fault":{"type":"errorEvent","afterContentEvents":{{{content}}}}}""");
        var events = await host.EventsAsync(OpenAi, Chat(stream: true));
        events.Count.ShouldBe(1 + content + 1);
        JsonNode.Parse(events[^1])!["error"]!["type"]!.GetValue<string>().ShouldBe("server_error");
    }

    [Fact]
    public async Task ErrorEvent_OfAnthropic_IsItsErrorEvent()
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.FaultAsync("""{"fault":{"type":"errorEvent","afterContentEvents":1}}""");
        (await host.TextAsync(Anthropic, Message())).TrimEnd().ShouldEndWith("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}");
    }

    [Fact]
    public async Task MalformedEvent_InAStream_IsNotJsonAndTheRestFollows()
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.FaultAsync("""{"fault":{"type":"malformedEvent","afterContentEvents":1}}""");
        var events = await host.EventsAsync(OpenAi, Chat(stream: true));
        Should.Throw<System.Text.Json.JsonException>(() => JsonNode.Parse(events[2]));
        events[^1].ShouldBe("[DONE]");
    }

    [Fact]
    public async Task JsonError_Is200WithTheVendorsErrorBody()
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.FaultAsync("""{"fault":{"type":"jsonError"}}""");
        var (status, body) = await host.PostAsync(OpenAi, Chat(stream: true));
        status.ShouldBe(200);
        body["error"]!["type"]!.GetValue<string>().ShouldBe("server_error");
    }

    [Theory]
    [InlineData("htmlBody", "text/html", "<html>")]
    [InlineData("emptyBody", "application/json", "")]
    public async Task WrongBody_Is200(string type, string contentType, string contains)
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.FaultAsync($$$"""{"fault":{"type":"{{{type}}}"}}""");
        using var response = await SendAsync(host, OpenAi, Chat());
        ((int)response.StatusCode).ShouldBe(200);
        response.Content.Headers.ContentType!.MediaType.ShouldBe(contentType);
        var text = await response.Content.ReadAsStringAsync();
        (contains.Length == 0 ? text.Length == 0 : text.Contains(contains, StringComparison.Ordinal)).ShouldBeTrue(text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GzipBody_NotAskedFor_HoldsTheWholeAnswer(bool stream)
    {
        await using var host = await SimulatorHost.StartAsync();
        var plain = await host.TextAsync(OpenAi, Chat(stream: stream));
        await host.FaultAsync("""{"fault":{"type":"gzipBody"}}""");
        using var response = await SendAsync(host, OpenAi, Chat(stream: stream));
        response.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        await using var unzipped = new GZipStream(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        (await new StreamReader(unzipped).ReadToEndAsync()).ShouldBe(plain);
    }

    [Fact]
    public async Task SlowFirstToken_Stream_SendsHeadersAtOnceAndContentLater()
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.FaultAsync("""{"fault":{"type":"slowFirstToken","delayMs":150}}""");
        using var connection = await RawConnection.OpenAsync(host.Address);
        await connection.PostAsync(OpenAi, Chat(stream: true));
        await connection.ReadUntilAsync("\"role\":\"assistant\"");
        connection.Received.ShouldNotContain("[DONE]");
        await connection.ReadUntilAsync("[DONE]");
    }
}
