using System.Net;
using GlobalGateway.Contracts.Resources;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Translation;

public class TargetCapabilityTests
{
    private const string Message =
        """{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","usage":{"input_tokens":5,"output_tokens":2}}""";

    public static readonly TheoryData<string, Capabilities, string, string> Limits = new()
    {
        { "nothing declared", new Capabilities(), "max_tokens", "max_completion_tokens" },
        { "reasons", new Capabilities { Reasoning = ReasoningSupport.Effort }, "max_completion_tokens", "max_tokens" },
        { "declared", new Capabilities { OutputLimitField = OutputLimitField.MaxCompletionTokens }, "max_completion_tokens", "max_tokens" },
        { "reasons but declared", new Capabilities { Reasoning = ReasoningSupport.Effort, OutputLimitField = OutputLimitField.MaxTokens }, "max_tokens", "max_completion_tokens" },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task OutputLimit_TowardsOpenAI_StandsInTheOneFieldTheTargetDeclares(string what, Capabilities capabilities, string field, string other)
    {
        var calls = await Calls.MakeAsync(ProviderFormat.OpenAI, "/v1/messages", Request(), ScriptedUpstream.Completion, capabilities);

        calls.Sent.GetProperty(field).GetInt64().ShouldBe(64, what);
        calls.Sent.TryGetProperty(other, out _).ShouldBeFalse(what);
    }

    [Theory]
    [InlineData("max_tokens", OutputLimitField.MaxCompletionTokens, """{"model":"up-model","max_completion_tokens":64,"messages":[{"role":"user","content":"go"}]}""")]
    [InlineData("max_completion_tokens", OutputLimitField.MaxTokens, """{"model":"up-model","max_tokens":64,"messages":[{"role":"user","content":"go"}]}""")]
    [InlineData("max_tokens", null, """{"model":"up-model","max_tokens":64,"messages":[{"role":"user","content":"go"}]}""")]
    public async Task OutputLimit_OfAClientOfTheSameApi_IsMovedWhereTheTargetDeclaresIt(string field, OutputLimitField? declared, string sent)
    {
        var calls = await Calls.MakeAsync(
            ProviderFormat.OpenAI, "/v1/chat/completions", $$"""{"model":"fast","{{field}}":64,"messages":[{"role":"user","content":"go"}]}""", ScriptedUpstream.Completion,
            new Capabilities { OutputLimitField = declared });

        calls.Sent.GetRawText().ShouldBe(sent);
    }

    [Fact]
    public async Task OutputLimit_AboveTheTargets_IsTheTargets() =>
        (await Calls.MakeAsync(ProviderFormat.OpenAI, "/v1/messages", Request(), ScriptedUpstream.Completion, new Capabilities { MaxOutput = 32 }))
            .Sent.GetProperty("max_tokens").GetInt64().ShouldBe(32);

    [Theory]
    [InlineData(ProviderFormat.OpenAI, "/v1/messages", ",\"temperature\":0.5,\"top_p\":0.9", "temperature, top_p")]
    [InlineData(ProviderFormat.Anthropic, "/v1/chat/completions", ",\"temperature\":0.5,\"top_p\":0.9", "temperature, top_p")]
    public async Task Sampling_WhereTheTargetTakesNone_IsDroppedByName(ProviderFormat format, string path, string more, string dropped)
    {
        var calls = await Calls.MakeAsync(format, path, Request(more), format == ProviderFormat.OpenAI ? ScriptedUpstream.Completion : Message, new Capabilities { Sampling = false });

        calls.Dropped.ShouldBe(dropped);
        calls.Sent.TryGetProperty("temperature", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task StreamOptions_WhereTheTargetTakesNone_AreNotSent()
    {
        const string Stream = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

        var calls = await Calls.MakeAsync(ProviderFormat.OpenAI, "/v1/messages", Request(",\"stream\":true"), Stream, new Capabilities { StreamOptions = false });

        calls.Sent.TryGetProperty("stream_options", out _).ShouldBeFalse();
        calls.Events[^1].GetProperty("type").GetString().ShouldBe("message_stop");
    }

    [Theory]
    [InlineData(ProviderFormat.OpenAI, "/v1/messages", ",\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}]", "tools")]
    [InlineData(ProviderFormat.OpenAI, "/v1/messages", ",\"stop_sequences\":[\"a\",\"b\",\"c\",\"d\",\"e\"]", "stop")]
    [InlineData(ProviderFormat.Anthropic, "/v1/chat/completions", ",\"n\":2", "n")]
    [InlineData(ProviderFormat.Anthropic, "/v1/chat/completions", ",\"logprobs\":true", "logprobs")]
    [InlineData(ProviderFormat.Anthropic, "/v1/chat/completions", ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]", "tools")]
    public async Task WhatTheTargetCannotTake_IsA400NamingTheField(ProviderFormat format, string path, string more, string field)
    {
        var calls = await Calls.MakeAsync(format, path, Request(more), Message, new Capabilities { Tools = false });

        calls.Response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        calls.Text.ShouldContain(field);
        calls.Sent.ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Undefined);
    }

    [Fact]
    public async Task Hints_OfATenantThatRejectsUnknownParameters_AreA400()
    {
        var calls = await Calls.MakeAsync(
            ProviderFormat.Anthropic, "/v1/chat/completions", Request(",\"seed\":7"), Message,
            change: r => r with { Tenants = [r.Tenants[0] with { UnknownParameters = UnknownParameters.Reject }] });

        calls.Response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        calls.Answer.GetProperty("error").GetProperty("param").GetString().ShouldBe("seed");
    }

    [Fact]
    public async Task ResultsWithPictures_TowardsOpenAI_StandTogetherBeforeThePictures()
    {
        var calls = await Calls.MakeAsync(
            ProviderFormat.OpenAI, "/v1/messages",
            """{"model":"fast","max_tokens":9,"messages":[{"role":"user","content":"go"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}},{"type":"tool_use","id":"b","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":"see"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="}}]},{"type":"tool_result","tool_use_id":"b","content":"sun"},{"type":"document","source":{"type":"text","media_type":"text/plain","data":"notes"}}]}]}""",
            ScriptedUpstream.Completion);

        var messages = calls.Sent.GetProperty("messages");
        messages.EnumerateArray().Select(m => m.GetProperty("role").GetString()).ShouldBe(["user", "assistant", "tool", "tool", "user"]);
        messages[4].GetProperty("content").GetRawText().ShouldBe("""[{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}},{"type":"text","text":"notes"}]""");
    }

    private static string Request(string more = "") => $$"""{"model":"fast","max_tokens":64,"messages":[{"role":"user","content":"go"}]{{more}}}""";
}
