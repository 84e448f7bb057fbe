using System.Net;
using GlobalGateway.Contracts.Resources;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Translation;

public class LegalRequestTests
{
    private const string Chat = "/v1/chat/completions";
    private const string Messages = "/v1/messages";
    private const string Generate = "/v1beta/models/fast:generateContent";

    private const string Answer =
        """{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","usage":{"input_tokens":5,"output_tokens":2}}""";

    [Theory]
    [InlineData(100, 0, 1_024, 4_000)]
    [InlineData(9_000, 0, 9_000, 10_024)]
    [InlineData(9_000, 8_000, 6_976, 8_000)]
    public async Task Budget_TowardsAnthropic_IsWithinWhatItTakes(long asked, long maxOutput, long thinking, long limit)
    {
        var calls = await Calls.MakeAsync(
            ProviderFormat.Anthropic, Generate,
            """{"contents":[{"role":"user","parts":[{"text":"go"}]}],"generationConfig":{"maxOutputTokens":4000,"thinkingConfig":{"thinkingBudget":ASKED}}}""".Replace("ASKED", $"{asked}"), Answer,
            new Capabilities { Reasoning = ReasoningSupport.Budget, MaxOutput = maxOutput });

        calls.Sent.GetProperty("thinking").GetProperty("budget_tokens").GetInt64().ShouldBe(thinking);
        calls.Sent.GetProperty("max_tokens").GetInt64().ShouldBe(limit);
    }

    [Fact]
    public async Task Budget_ThatLeavesNoRoom_IsNone()
    {
        var calls = await Calls.MakeAsync(
            ProviderFormat.Anthropic, Chat, """{"model":"fast","reasoning_effort":"high","messages":[{"role":"user","content":"go"}]}""", Answer,
            new Capabilities { Reasoning = ReasoningSupport.Budget, MaxOutput = 2_000 });

        calls.Sent.TryGetProperty("thinking", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task BegunAnswer_TowardsAnthropic_EndsWithoutWhiteSpace() =>
        (await Calls.MakeAsync(ProviderFormat.Anthropic, Chat, """{"model":"fast","messages":[{"role":"user","content":"go"},{"role":"assistant","content":"So \n"}]}""", Answer))
            .Sent.GetProperty("messages")[1].GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("So");

    [Theory]
    [InlineData(ProviderFormat.Anthropic, Chat, """{"model":"fast","web_search_options":{},"messages":[{"role":"user","content":"go"}]}""", "web_search_options")]
    [InlineData(ProviderFormat.OpenAI, Generate, """{"cachedContent":"cachedContents/1","contents":[{"role":"user","parts":[{"text":"go"}]}]}""", "cachedContent")]
    [InlineData(ProviderFormat.OpenAI, Generate, """{"contents":[{"role":"user","parts":[{"text":"go"}]}],"generationConfig":{"responseModalities":["IMAGE"]}}""", "responseModalities")]
    [InlineData(ProviderFormat.OpenAI, Messages, """{"model":"fast","max_tokens":9,"mcp_servers":[{"name":"x"}],"messages":[{"role":"user","content":"go"}]}""", "mcp_servers")]
    public async Task WhatRunsAtItsProviderOnly_IsA400NamingTheField(ProviderFormat format, string path, string request, string field)
    {
        var calls = await Calls.MakeAsync(format, path, request, Answer);

        calls.Response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        calls.Text.ShouldContain(field);
    }

    [Fact]
    public async Task CacheControl_OfAnyBlock_IsNamedWhereItIsDropped() =>
        (await Calls.MakeAsync(
            ProviderFormat.OpenAI, Messages,
            """{"model":"fast","max_tokens":9,"system":[{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":"go"}]}""", ScriptedUpstream.Completion))
            .Dropped.ShouldBe("cache_control");

    [Theory]
    [InlineData(Messages, """{"model":"fast","max_tokens":9,"messages":[{"role":"user","content":"go"}]}""", "\"input\":{}")]
    [InlineData(Generate, """{"contents":[{"role":"user","parts":[{"text":"go"}]}]}""", "\"args\":{}")]
    public async Task CutArguments_AreAnEmptyObjectWhereOnlyAnObjectIsLegal(string path, string request, string arguments)
    {
        var calls = await Calls.MakeAsync(
            ProviderFormat.OpenAI, path, request,
            """{"id":"c1","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"c9","type":"function","function":{"name":"f","arguments":"{\"a\":"}}]},"finish_reason":"length"}],"usage":{"prompt_tokens":7,"completion_tokens":3}}""");

        calls.Response.StatusCode.ShouldBe(HttpStatusCode.OK);
        calls.Text.ShouldContain(arguments);
    }
}
