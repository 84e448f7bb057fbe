using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ProviderSimulator.Anthropic;

public class MessagesTests
{
    private const string Path = "/anthropic/v1/messages";
    private const string Tools = """ "tools":[{"name":"get_weather","input_schema":{"type":"object","properties":{"city":{"type":"string"}}}}] """;

    private static string Request(string extra = "", string content = "\"hello\"", string assistant = "") =>
        $$"""{"model":"claude-sonnet-4-5","max_tokens":100,"messages":[{"role":"user","content":{{content}}}{{assistant}}]{{extra}}}""";

    [Fact]
    public async Task Stream_Events_BuildTheWholeMessage()
    {
        await using var host = await SimulatorHost.StartAsync();
        var events = (await host.EventsAsync(Path, Request(""","stream":true"""))).Select(static data => JsonNode.Parse(data)!).ToList();
        events.Select(static each => each["type"]!.GetValue<string>()).Distinct().ShouldBe(["message_start", "content_block_start", "ping", "content_block_delta", "content_block_stop", "message_delta", "message_stop"]);
        var (_, whole) = await host.PostAsync(Path, Request());
        string.Concat(events.Select(static each => each["delta"]?["text"]?.GetValue<string>())).ShouldBe(whole["content"]![0]!["text"]!.GetValue<string>());
        events[^2]["usage"]!["output_tokens"]!.GetValue<int>().ShouldBe(whole["usage"]!["output_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Answer_BegunByTheClient_GoesOn()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (_, whole) = await host.PostAsync(Path, Request());
        var text = whole["content"]![0]!["text"]!.GetValue<string>();
        var begun = text[..(text.Length / 2)].TrimEnd();

        var (_, rest) = await host.PostAsync(Path, Request(assistant: $$""",{"role":"assistant","content":"{{begun}}"}"""));

        (begun + rest["content"]![0]!["text"]!.GetValue<string>()).ShouldBe(text);
    }

    [Fact]
    public async Task Tool_Streamed_ArrivesAsPiecesOfItsInput()
    {
        await using var host = await SimulatorHost.StartAsync();
        var events = (await host.EventsAsync(Path, Request($$""","stream":true,{{Tools}}""", "\"weather?\""))).Select(static data => JsonNode.Parse(data)!).ToList();
        var json = string.Concat(events.Select(static each => each["delta"]?["partial_json"]?.GetValue<string>()));
        JsonNode.Parse(json)!["city"]!.GetValue<string>().ShouldNotBeEmpty();
        events[^2]["delta"]!["stop_reason"]!.GetValue<string>().ShouldBe("tool_use");
    }

    [Fact]
    public async Task ToolResult_Given_IsUsedInTheAnswer()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (status, body) = await host.PostAsync(Path,
            $$$"""{"model":"claude-sonnet-4-5","max_tokens":100,{{{Tools}}},"messages":[{"role":"user","content":"weather?"},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"get_weather","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"snow"}]}]}""");
        status.ShouldBe(200, body.ToJsonString());
        body["content"]![0]!["text"]!.GetValue<string>().ShouldBe("The tool answered: snow");
    }

    [Fact]
    public async Task Thinking_Enabled_ComesBeforeTheText()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (_, body) = await host.PostAsync(Path, """{"model":"claude-sonnet-4-5","max_tokens":2000,"thinking":{"type":"enabled","budget_tokens":1024},"system":[{"type":"text","text":"be brief","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":"hello"}]}""");
        body["content"]!.AsArray().Select(static block => block!["type"]!.GetValue<string>()).ShouldBe(["thinking", "text"]);
    }

    [Fact]
    public async Task Count_IsWhatTheMessageUses()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (_, count) = await host.PostAsync(Path + "/count_tokens", """{"model":"claude-sonnet-4-5","messages":[{"role":"user","content":"hello"}]}""");
        var (_, message) = await host.PostAsync(Path, Request());
        count["input_tokens"]!.GetValue<int>().ShouldBe(message["usage"]!["input_tokens"]!.GetValue<int>());
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { """{"model":"claude-sonnet-4-5","messages":[U]}""", "max_tokens: Field required" },
        { """{"max_tokens":5,"messages":[U]}""", "model: Field required" },
        { """{"model":"claude-sonnet-4-5","max_tokens":5,"messages":[U],"foo":1}""", "foo: Extra inputs are not permitted" },
        { """{"model":"claude-sonnet-4-5","max_tokens":"5","messages":[U]}""", "max_tokens: Input should be a valid integer" },
        { """{"model":"claude-sonnet-4-5","max_tokens":5,"messages":[{"role":"user","content":7}]}""", "messages.0.content: Input should be a valid list" },
        { """{"model":"claude-sonnet-4-5","max_tokens":5,"messages":[{"role":"user","content":[{"type":"text"}]}]}""", "messages.0.content.0.text.text: Field required" },
        { """{"model":"claude-sonnet-4-5","max_tokens":5,"messages":[{"role":"system","content":"x"},U]}""", "messages: Unexpected role \"system\". The Messages API accepts a top-level `system` parameter, not \"system\" as an input message role." },
        { """{"model":"claude-sonnet-4-5","max_tokens":5,"messages":[{"role":"assistant","content":"x"},U]}""", "messages: first message must use the \"user\" role" },
        { """{"model":"claude-sonnet-4-5","max_tokens":70000,"messages":[U]}""", "max_tokens: 70000 > 64000, which is the maximum allowed number of output tokens for claude-sonnet-4-5-20250929" },
        { """{"model":"claude-sonnet-4-5","max_tokens":5,"messages":[U],"temperature":0.5,"top_p":0.5}""", "`temperature` and `top_p` cannot both be specified for this model. Please use only one." },
        { """{"model":"claude-sonnet-4-5","max_tokens":5,"messages":[U],"temperature":1.5}""", "temperature: Input should be less than or equal to 1" },
        { """{"model":"claude-sonnet-4-5","max_tokens":5,"messages":[U,{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{}}]},U]}""", "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t1. Each `tool_use` block must have a corresponding `tool_result` block in the next message." },
        { """{"model":"claude-sonnet-4-5","max_tokens":5,"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t9"}]}]}""", "messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: t9. Each `tool_result` block must have a corresponding `tool_use` block in the previous message." },
        { """{"model":"claude-sonnet-4-5","max_tokens":5,"messages":[{"role":"user","content":[{"type":"text","text":""}]}]}""", "messages: text content blocks must be non-empty" },
        { """{"model":"claude-sonnet-4-5","max_tokens":5,"messages":[U,{"role":"assistant","content":"so "}]}""", "messages: final assistant content cannot end with trailing whitespace" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Create_WhatAnthropicRefuses_IsRefusedInItsWords(string request, string message)
    {
        await using var host = await SimulatorHost.StartAsync();
        var (status, body) = await host.PostAsync(Path, request.Replace("U", """{"role":"user","content":"hi"}""", StringComparison.Ordinal));
        status.ShouldBe(400);
        body["type"]!.GetValue<string>().ShouldBe("error");
        body["error"]!["type"]!.GetValue<string>().ShouldBe("invalid_request_error");
        body["error"]!["message"]!.GetValue<string>().ShouldBe(message);
    }

    [Theory]
    [InlineData("temperature", "1.0")]
    [InlineData("top_p", "0.9")]
    [InlineData("top_k", "5")]
    public async Task Create_SamplingField_IsRefusedByTheNewVersionOnly(string field, string value)
    {
        await using var host = await SimulatorHost.StartAsync();
        var request = Request($",\"{field}\":{value}");
        (await host.PostAsync(Path, request)).Status.ShouldBe(200);
        host.Client.DefaultRequestHeaders.Remove("anthropic-version");
        host.Client.DefaultRequestHeaders.Add("anthropic-version", "2026-10-21");
        var (status, body) = await host.PostAsync(Path, request);
        status.ShouldBe(400);
        body["error"]!["message"]!.GetValue<string>().ShouldBe($"{field}: Extra inputs are not permitted");
    }

    [Fact]
    public async Task Create_UnknownModel_Is404()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (status, body) = await host.PostAsync(Path, """{"model":"claude-9","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}""");
        status.ShouldBe(404);
        body["error"]!["message"]!.GetValue<string>().ShouldBe("model: claude-9");
    }

    [Fact]
    public async Task Error_RepeatsTheRequestIdOfItsHeader()
    {
        await using var host = await SimulatorHost.StartAsync();
        using var response = await host.Client.PostAsync(Path, new StringContent("{}", Encoding.UTF8, "application/json"));
        JsonNode.Parse(await response.Content.ReadAsStringAsync())!["request_id"]!.GetValue<string>().ShouldBe(response.Headers.GetValues("request-id").Single());
    }

    [Theory]
    [InlineData("sim-x", null, 400, "anthropic-version: header is required")]
    [InlineData("bad", "2023-06-01", 401, "invalid x-api-key")]
    [InlineData(null, "2023-06-01", 401, "x-api-key header is required")]
    public async Task Create_HeaderMissing_IsRefused(string? key, string? version, int status, string message)
    {
        await using var host = await SimulatorHost.StartAsync();
        using var client = new HttpClient { BaseAddress = host.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(Request(), Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("x-api-key", key);
        request.Headers.TryAddWithoutValidation("anthropic-version", version);
        using var response = await client.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(status);
        JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["message"]!.GetValue<string>().ShouldBe(message);
    }

    [Fact]
    public async Task Models_Paged_FollowEachOther()
    {
        await using var host = await SimulatorHost.StartAsync();
        var first = JsonNode.Parse(await host.Client.GetStringAsync("/anthropic/v1/models?limit=2"))!;
        first["has_more"]!.GetValue<bool>().ShouldBeTrue();
        var second = JsonNode.Parse(await host.Client.GetStringAsync($"/anthropic/v1/models?limit=2&after_id={first["last_id"]}"))!;
        second["has_more"]!.GetValue<bool>().ShouldBeFalse();
        second["data"]!.AsArray().ShouldHaveSingleItem()!["type"]!.GetValue<string>().ShouldBe("model");
    }
}
