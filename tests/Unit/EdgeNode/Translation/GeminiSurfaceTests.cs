using System.Net;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Translation.Gemini;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Translation;

public class GeminiSurfaceTests
{
    [Fact]
    public async Task SnakeCase_IsReadAsGeminiReadsIt()
    {
        var calls = await Calls.MakeAsync(
            ProviderFormat.OpenAI, "/v1beta/models/fast:generateContent",
            """
            {"system_instruction":{"parts":[{"text":"be brief"}]},"contents":[{"role":"user","parts":[{"inline_data":{"mime_type":"image/png","data":"aGk="}}]},
              {"role":"model","parts":[{"function_call":{"name":"f","args":{"snake_key":1}}}]},{"role":"user","parts":[{"function_response":{"name":"f","response":{"my_out":2}}}]}],
             "generation_config":{"max_output_tokens":9,"stop_sequences":["END"]},
             "tools":[{"function_declarations":[{"name":"f","parameters":{"type":"OBJECT","properties":{"snake_key":{"any_of":[{"type":"STRING"},{"type":"NUMBER"}]}}}}]}]}
            """, ScriptedUpstream.Completion);

        calls.Sent.GetProperty("max_tokens").GetInt64().ShouldBe(9);
        calls.Sent.GetProperty("stop").GetRawText().ShouldBe("""["END"]""");
        calls.Sent.GetProperty("messages")[1].GetProperty("content")[0].GetProperty("type").GetString().ShouldBe("image_url");
        calls.Sent.GetProperty("messages")[2].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString().ShouldBe("""{"snake_key":1}""");
        calls.Sent.GetProperty("messages")[3].GetProperty("content").GetString().ShouldBe("""{"my_out":2}""");
        calls.Sent.GetProperty("tools")[0].GetProperty("function").GetProperty("parameters").GetRawText()
            .ShouldBe("""{"type":"object","properties":{"snake_key":{"anyOf":[{"type":"string"},{"type":"number"}]}}}""");
    }

    [Theory]
    [InlineData("/v1beta/models")]
    [InlineData("/v1/models")]
    public async Task Models_InGeminisShape_AreThoseTheKeyMayUse(string models)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Gemini, upstream));

        // Below /v1 only the header of the key tells Google's libraries from OpenAI's.
        edge.Client.DefaultRequestHeaders.Authorization = null;
        edge.Client.DefaultRequestHeaders.Add("x-goog-api-key", EdgeHost.Key);
        var list = Calls.Json(await edge.Client.GetStringAsync(models, TestContext.Current.CancellationToken));
        var one = Calls.Json(await edge.Client.GetStringAsync($"{models}/fast", TestContext.Current.CancellationToken));
        using var missing = await edge.Client.GetAsync($"{models}/secret", TestContext.Current.CancellationToken);

        list.GetProperty("models").EnumerateArray().Select(m => m.GetProperty("name").GetString()).ShouldBe(["models/fast", "models/gpt-4o-mini"]);
        one.GetProperty("name").GetString().ShouldBe("models/fast");
        one.GetProperty("supportedGenerationMethods").EnumerateArray().Select(m => m.GetString())
            .ShouldBe(["generateContent", "streamGenerateContent", "countTokens", "embedContent", "batchEmbedContents"]);
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        Calls.Json(await missing.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("error").GetProperty("status").GetString().ShouldBe("NOT_FOUND");
    }

    [Theory]
    [InlineData("/v1beta/models/fast:generateContent")]
    [InlineData("/v1/models/fast:generateContent")]
    public async Task Path_OfEitherVersion_ReachesTheUpstream(string path)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Gemini, upstream));

        await edge.PostAsync(path, """{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}""");

        upstream.Requests.First().Path.ShouldBe("/v1beta/models/up-model:generateContent");
    }

    [Fact]
    public async Task RetryInfo_OfAProvider_ReachesAGeminiClient()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.JsonAsync(
            context, 429, """{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"x","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"17s"}]}}""");
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Gemini, upstream));

        var response = await edge.PostAsync("/v1beta/models/fast:generateContent", """{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}""");

        response.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(17));
        var detail = Calls.Json(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("error").GetProperty("details")[0];
        detail.GetProperty("@type").GetString().ShouldBe("type.googleapis.com/google.rpc.RetryInfo");
        detail.GetProperty("retryDelay").GetString().ShouldBe("17s");
    }

    [Theory]
    [InlineData("""{"error":{"code":429,"details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"17s"}]}}""", 17.0)]
    [InlineData("""[{"error":{"code":429,"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"0.5s"}]}}]""", 0.5)]
    [InlineData("""{"error":{"details":[{"retryDelay":"99999999s"}]}}""", 86_400.0)]
    [InlineData("""{"error":{"details":[{"retryDelay":"-3s"}]}}""", null)]
    [InlineData("""{"error":{"details":[{"retryDelay":3}]}}""", null)]
    [InlineData("""{"error":"retryDelay"}""", null)]
    [InlineData("""retryDelay""", null)]
    [InlineData("""{"error":{"code":429}}""", null)]
    public void RetryInfo_InAProvidersBody_IsReadAsRetryAfter(string body, double? seconds) =>
        (GeminiRetryInfo.Of(System.Text.Encoding.UTF8.GetBytes(body))?.TotalSeconds).ShouldBe(seconds);
}
