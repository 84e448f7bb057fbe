using System.Net;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.TokenCounting;
using GlobalGateway.Unit.EdgeNode.Translation;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.TokenCounting;

public class TokenCountTests
{
    private const string Anthropic = "/v1/messages/count_tokens";
    private const string Gemini = "/v1beta/models/fast:countTokens";
    private const string AnthropicAsks = """{"model":"fast","system":"be brief","messages":[{"role":"user","content":"hello there"}],"tools":[{"name":"f","input_schema":{"type":"object"}}]}""";
    private const string GeminiAsks = """{"contents":[{"role":"user","parts":[{"text":"hello there"}]}]}""";

    [Theory]
    [InlineData(ProviderFormat.Anthropic, Anthropic, AnthropicAsks, """{"input_tokens":42}""", """{"input_tokens":42}""")]
    [InlineData(ProviderFormat.Gemini, Anthropic, AnthropicAsks, """{"totalTokens":42}""", """{"input_tokens":42}""")]
    [InlineData(ProviderFormat.Anthropic, Gemini, GeminiAsks, """{"input_tokens":42}""", """{"totalTokens":42,"promptTokensDetails":[{"modality":"TEXT","tokenCount":42}]}""")]
    [InlineData(ProviderFormat.Gemini, Gemini, GeminiAsks, """{"totalTokens":42}""", """{"totalTokens":42}""")]
    public async Task Count_WhereTheTargetCan_IsItsOwn(ProviderFormat format, string path, string request, string answer, string got)
    {
        var calls = await Calls.MakeAsync(format, path, request, answer);

        calls.Text.ShouldBe(got);
        calls.Response.Headers.Contains(TokenCountMiddleware.EstimatedHeader).ShouldBeFalse();
    }

    [Theory]
    [InlineData(ProviderFormat.OpenAI, Anthropic, AnthropicAsks, "input_tokens")]
    [InlineData(ProviderFormat.AzureOpenAI, Anthropic, AnthropicAsks, "input_tokens")]
    [InlineData(ProviderFormat.OpenAI, Gemini, GeminiAsks, "totalTokens")]
    [InlineData(ProviderFormat.AzureOpenAI, Gemini, GeminiAsks, "totalTokens")]
    public async Task Count_WhereTheTargetCannot_IsEstimatedAndSaysSo(ProviderFormat format, string path, string request, string member)
    {
        var calls = await Calls.MakeAsync(format, path, request, "{}");

        calls.Answer.GetProperty(member).GetInt64().ShouldBeInRange(3, 40);
        calls.Response.Headers.GetValues(TokenCountMiddleware.EstimatedHeader).ShouldBe(["true"]);
        calls.Sent.ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Undefined);
    }

    [Fact]
    public async Task AnthropicToGemini_AsksForTheWholeRequest()
    {
        var calls = await Calls.MakeAsync(ProviderFormat.Gemini, Anthropic, AnthropicAsks, """{"totalTokens":42}""");

        var inner = calls.Sent.GetProperty("generateContentRequest");
        inner.GetProperty("model").GetString().ShouldBe("models/up-model");
        inner.GetProperty("contents").GetRawText().ShouldBe("""[{"role":"user","parts":[{"text":"hello there"}]}]""");
        inner.GetProperty("tools").GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"contents":[{"role":"user","parts":[{"text":"hello"}]}]}""")]
    [InlineData("""{"generateContentRequest":{"model":"models/fast","contents":[{"role":"user","parts":[{"text":"hello"}]}],"generationConfig":{"maxOutputTokens":9,"temperature":1}}}""")]
    public async Task GeminiToAnthropic_AsksWithoutALimit(string request)
    {
        var calls = await Calls.MakeAsync(ProviderFormat.Anthropic, Gemini, request, """{"input_tokens":42}""");

        calls.Sent.GetRawText().ShouldBe("""{"model":"up-model","messages":[{"role":"user","content":[{"type":"text","text":"hello"}]}]}""");
    }

    [Fact]
    public async Task GeminiToGemini_NamesTheUpstreamModelInside()
    {
        var calls = await Calls.MakeAsync(
            ProviderFormat.Gemini, Gemini, """{"generateContentRequest":{"model":"models/fast","contents":[{"role":"user","parts":[{"text":"hello"}]}]}}""", """{"totalTokens":42}""");

        calls.Sent.GetProperty("generateContentRequest").GetProperty("model").GetString().ShouldBe("models/up-model");
    }

    [Fact]
    public async Task Count_OfATenantWithoutTokensLeft_IsFree()
    {
        var calls = await Calls.MakeAsync(ProviderFormat.Anthropic, Anthropic, AnthropicAsks, """{"input_tokens":42}""", change: r => r with
        {
            RateLimits = [new RateLimit { Name = "none", AppliesTo = new AppliesTo { Tenant = "acme" }, Tokens = new Rate { Limit = 1, Per = TimeSpan.FromHours(1) } }],
        });

        calls.Response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Count_OfNonsense_IsA400()
    {
        var calls = await Calls.MakeAsync(ProviderFormat.OpenAI, Anthropic, """{"model":"fast","messages":[{"role":"king","content":"x"}]}""", "{}");

        calls.Response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        calls.Answer.GetProperty("error").GetProperty("type").GetString().ShouldBe("invalid_request_error");
    }
}
