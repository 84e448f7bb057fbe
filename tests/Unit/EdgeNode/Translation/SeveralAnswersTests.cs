using System.Net;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Testing.Grammars;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Translation;

public class SeveralAnswersTests
{
    private const string Chat = "/v1/chat/completions";
    private const string Generate = "/v1beta/models/fast:generateContent";
    private const string GenerateStream = "/v1beta/models/fast:streamGenerateContent?alt=sse";
    private const string ChatAsks = """{"model":"fast","n":2,"messages":[{"role":"user","content":"go"}]}""";
    private const string GeminiAsks = """{"contents":[{"role":"user","parts":[{"text":"go"}]}],"generationConfig":{"candidateCount":2}}""";

    private static readonly string GeminiStream = Calls.Stream(
        """{"candidates":[{"content":{"parts":[{"text":"one"}],"role":"model"},"index":0}],"modelVersion":"m","responseId":"abcdefgh1234"}""",
        """{"candidates":[{"content":{"parts":[{"text":" a"}],"role":"model"},"finishReason":"STOP","index":0}],"modelVersion":"m","responseId":"abcdefgh1234"}""",
        """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f"}}],"role":"model"},"finishReason":"STOP","index":1}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":4},"modelVersion":"m","responseId":"abcdefgh1234"}""");

    private static readonly string ChatStream = Calls.Stream(
        """{"id":"c","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}""",
        """{"id":"c","model":"m","choices":[{"index":1,"delta":{"role":"assistant","content":"two"}}]}""",
        """{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"one"}}]}""",
        """{"id":"c","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""",
        """{"id":"c","model":"m","choices":[{"index":1,"delta":{},"finish_reason":"length"}]}""",
        """{"id":"c","model":"m","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}""", "[DONE]");

    [Fact]
    public async Task ChatToGemini_GetsAllOfThem()
    {
        var calls = await Calls.MakeAsync(ProviderFormat.Gemini, Chat, ChatAsks,
            """{"candidates":[{"content":{"parts":[{"text":"one"}]},"finishReason":"STOP","index":0},{"content":{"parts":[{"functionCall":{"name":"f"}}]},"finishReason":"STOP","index":1}],"responseId":"abcdefgh1234"}""");

        calls.Sent.GetProperty("generationConfig").GetProperty("candidateCount").GetInt32().ShouldBe(2);
        var choices = calls.Answer.GetProperty("choices").EnumerateArray().ToArray();
        choices.Select(c => c.GetProperty("index").GetInt32()).ShouldBe([0, 1]);
        choices.Select(c => c.GetProperty("finish_reason").GetString()).ShouldBe(["stop", "tool_calls"]);
    }

    [Fact]
    public async Task GeminiToChat_GetsAllOfThem()
    {
        var calls = await Calls.MakeAsync(ProviderFormat.OpenAI, Generate, GeminiAsks,
            """{"id":"c1","choices":[{"index":1,"message":{"role":"assistant","content":"two"},"finish_reason":"length"},{"index":0,"message":{"role":"assistant","content":"one"},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3}}""");

        calls.Sent.GetProperty("n").GetInt32().ShouldBe(2);
        calls.Answer.GetProperty("candidates").EnumerateArray().Select(c => (c.GetProperty("index").GetInt32(), c.GetProperty("content").GetProperty("parts")[0].GetProperty("text").GetString(), c.GetProperty("finishReason").GetString()))
            .ShouldBe([(0, "one", "STOP"), (1, "two", "MAX_TOKENS")]);
    }

    [Fact]
    public async Task ChatFromGeminisStream_EndsWithTheLast()
    {
        var calls = await Calls.MakeAsync(ProviderFormat.Gemini, Chat, ChatAsks.Replace("\"n\"", "\"stream\":true,\"n\""), GeminiStream);

        new ChatGrammar().Check(calls.Text).ShouldBeEmpty(calls.Text);
        var choices = calls.Events.Select(e => e.GetProperty("choices")[0]).ToArray();
        choices.Where(c => c.GetProperty("finish_reason").ValueKind == JsonValueKind.String).Select(c => (c.GetProperty("index").GetInt32(), c.GetProperty("finish_reason").GetString()))
            .ShouldBe([(0, "stop"), (1, "tool_calls")]);
    }

    [Fact]
    public async Task GeminiFromAChatStream_HasTheUsageInTheLast()
    {
        var calls = await Calls.MakeAsync(ProviderFormat.OpenAI, GenerateStream, GeminiAsks, ChatStream);

        var candidates = calls.Events.Select(e => e.GetProperty("candidates")[0]).ToArray();
        candidates.Select(c => c.GetProperty("index").GetInt32()).ShouldBe([1, 0, 0, 1]);
        candidates[^1].GetProperty("finishReason").GetString().ShouldBe("MAX_TOKENS");
        calls.Events[..^1].Count(e => e.TryGetProperty("usageMetadata", out _)).ShouldBe(0);
        calls.Events[^1].GetProperty("usageMetadata").GetProperty("candidatesTokenCount").GetInt64().ShouldBe(4);
    }

    [Fact]
    public async Task GeminiToGemini_PassesOnTheStreamToItsEnd() =>
        (await Calls.MakeAsync(ProviderFormat.Gemini, GenerateStream, GeminiAsks, GeminiStream)).Text.ShouldBe(GeminiStream);

    [Fact]
    public async Task LogProbs_FromGemini_AreThoseOfAChatCompletion()
    {
        const string Answer = """
            {"candidates":[{"content":{"parts":[{"text":"hi"}]},"finishReason":"STOP","logprobsResult":{"chosenCandidates":[{"token":"hi","tokenId":7,"logProbability":-0.5}],"topCandidates":[{"candidates":[{"token":"hi","logProbability":-0.5},{"token":"ho","logProbability":-1.5}]}]}}],"responseId":"abcdefgh1234"}
            """;
        const string Asks = """{"model":"fast","logprobs":true,"top_logprobs":2,"messages":[{"role":"user","content":"go"}]}""";

        var calls = await Calls.MakeAsync(ProviderFormat.Gemini, Chat, Asks, Answer.Trim(), new Capabilities { LogProbs = true });
        var refused = await Calls.MakeAsync(ProviderFormat.Gemini, Chat, Asks, Answer.Trim());

        calls.Sent.GetProperty("generationConfig").GetRawText().ShouldBe("""{"responseLogprobs":true,"logprobs":2}""");
        calls.Answer.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("content").GetRawText().ShouldBe(
            """[{"token":"hi","logprob":-0.5,"bytes":[104,105],"top_logprobs":[{"token":"hi","logprob":-0.5,"bytes":[104,105]},{"token":"ho","logprob":-1.5,"bytes":[104,111]}]}]""");
        refused.Response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task LogProbs_FromAChatStream_StandWithTheirText()
    {
        var stream = Calls.Stream(
            """{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"hi"},"logprobs":{"content":[{"token":"hi","logprob":-0.5,"bytes":[104,105],"top_logprobs":[]}]}}]}""",
            """{"id":"c","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""", "[DONE]");

        var calls = await Calls.MakeAsync(
            ProviderFormat.OpenAI, GenerateStream, """{"contents":[{"role":"user","parts":[{"text":"go"}]}],"generationConfig":{"responseLogprobs":true}}""", stream);

        calls.Sent.GetProperty("logprobs").GetBoolean().ShouldBeTrue();
        calls.Events[0].GetProperty("candidates")[0].GetProperty("logprobsResult").GetProperty("chosenCandidates").GetRawText().ShouldBe("""[{"token":"hi","logProbability":-0.5}]""");
    }
}
