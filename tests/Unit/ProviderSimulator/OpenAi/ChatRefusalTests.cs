using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ProviderSimulator.OpenAi;

/// <summary>What OpenAI refuses, with its error bodies.</summary>
public class ChatRefusalTests
{
    private const string User = """{"role":"user","content":"hi"}""";

    public static TheoryData<string, string, string?, string?> Refusals => new()
    {
        { """{"model":"gpt-4o","messages":[U],"foo":1}""", "Unrecognized request argument supplied: foo", null, null },
        { """{"messages":[U]}""", "you must provide a model parameter", null, null },
        { """{"model":"gpt-4o"}""", "Missing required parameter: 'messages'.", "messages", "missing_required_parameter" },
        { """{"model":"gpt-4o","messages":"hi"}""", "Invalid type for 'messages': expected an array of objects, but got a string instead.", "messages", "invalid_type" },
        { """{"model":"gpt-4o","messages":[]}""", "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.", "messages", "empty_array" },
        { """{"model":"gpt-4o","messages":[{"role":"user","content":5}]}""", "Invalid type for 'messages[0].content': expected one of a string or array of objects, but got an integer instead.", "messages[0].content", "invalid_type" },
        { """{"model":"gpt-4o","messages":[{"role":"robot","content":"x"}]}""", "Invalid value: 'robot'. Supported values are: 'assistant', 'developer', 'function', 'system', 'tool', and 'user'.", "messages[0].role", "invalid_value" },
        { """{"model":"gpt-4o","messages":[{"role":"user","content":"x","mood":1}]}""", "Unknown parameter: 'messages[0].mood'.", "messages[0].mood", "unknown_parameter" },
        { """{"model":"gpt-4o","messages":[U],"temperature":3}""", "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.", "temperature", "decimal_above_max_value" },
        { """{"model":"gpt-4o","messages":[U],"n":0}""", "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead.", "n", "integer_below_min_value" },
        { """{"model":"gpt-4o","messages":[U],"stream":"yes"}""", "Invalid type for 'stream': expected a boolean, but got a string instead.", "stream", "invalid_type" },
        { """{"model":"gpt-4o","messages":[U],"stream_options":{"include_usage":true}}""", "The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options", null },
        { """{"model":"gpt-4o","messages":[U],"max_tokens":99999}""", "max_tokens is too large: 99999. This model supports at most 16384 completion tokens, whereas you provided 99999.", "max_tokens", "invalid_value" },
        { """{"model":"gpt-4o","messages":[U],"reasoning_effort":"low"}""", "Unrecognized request argument supplied: reasoning_effort", null, null },
        { """{"model":"gpt-5","messages":[U],"max_tokens":10}""", "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "max_tokens", "unsupported_parameter" },
        { """{"model":"gpt-5","messages":[U],"temperature":0.5}""", "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value is supported.", "temperature", "unsupported_value" },
        { """{"model":"o4-mini","messages":[U],"temperature":1}""", "Unsupported parameter: 'temperature' is not supported with this model.", "temperature", "unsupported_parameter" },
        { """{"model":"o3-mini","messages":[U],"top_p":0.5}""", "Unsupported parameter: 'top_p' is not supported with this model.", "top_p", "unsupported_parameter" },
        { """{"model":"gpt-4o","messages":[U,{"role":"tool","tool_call_id":"c","content":"x"}]}""", "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.", "messages.[1].role", null },
        { """{"model":"gpt-4o","messages":[U,{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},U]}""", "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: c1", "messages.[2].role", null },
        { """{"model":"gpt-4o","messages":[U],"tool_choice":"auto"}""", "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.", "tool_choice", null },
        { """{"model":"gpt-4o","messages":[U],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":7}}}]}""", "Invalid schema for function 'f': schema must be a JSON Schema of 'type: \"object\"', got 'type: \"7\"'.", "tools[0].function.parameters", "invalid_function_parameters" },
        { """{"model":"gpt-4o","messages":[U],"response_format":{"type":"json_object"}}""", "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.", "messages", null },
        { """{"model":"gpt-4o","messages":[U],"response_format":{"type":"json_schema","json_schema":{"name":"x","strict":true,"schema":{"type":"object","properties":{}}}}}""", "Invalid schema for response_format 'x': In context=(), 'additionalProperties' is required to be supplied and to be false.", "response_format", null },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Chat_WhatOpenAiRefuses_IsRefusedInItsWords(string request, string message, string? param, string? code)
    {
        await using var host = await SimulatorHost.StartAsync();
        var (status, body) = await host.PostAsync("/openai/v1/chat/completions", request.Replace("U", User, StringComparison.Ordinal));
        status.ShouldBe(400);
        var error = body["error"]!;
        error["message"]!.GetValue<string>().ShouldBe(message);
        error["type"]!.GetValue<string>().ShouldBe("invalid_request_error");
        error["param"]?.GetValue<string>().ShouldBe(param);
        error["code"]?.GetValue<string>().ShouldBe(code);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("""{"model":"gpt-4o","messages":[{"role":"user","content":"\ud800"}]}""")]
    [InlineData("""{"model":"gpt-4o","\udc00":1,"messages":[]}""")]
    public async Task Chat_NotAJsonObject_Is400(string request)
    {
        await using var host = await SimulatorHost.StartAsync();
        var (status, body) = await host.PostAsync("/openai/v1/chat/completions", request);
        status.ShouldBe(400);
        body["error"]!["message"]!.GetValue<string>().ShouldStartWith("We could not parse the JSON body");
    }

    [Fact]
    public async Task Chat_UnknownModel_Is404()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (status, body) = await host.PostAsync("/openai/v1/chat/completions", $$"""{"model":"gpt-9","messages":[{{User}}]}""");
        status.ShouldBe(404);
        body.ToJsonString().ShouldBe("""{"error":{"message":"The model \u0060gpt-9\u0060 does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}""");
    }

    [Fact]
    public async Task Chat_BadKey_Is401AndDoesNotRepeatIt()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Client.DefaultRequestHeaders.Authorization = new("Bearer", "sk-0123456789-secret");
        var (status, body) = await host.PostAsync("/openai/v1/chat/completions", "{}");
        status.ShouldBe(401);
        body["error"]!["code"]!.GetValue<string>().ShouldBe("invalid_api_key");
        body.ToJsonString().ShouldNotContain("0123456789");
    }

    [Theory]
    [InlineData("GET", "/openai/v1/chat/completions", 405)]
    [InlineData("GET", "/openai/v1/nothing", 404)]
    [InlineData("GET", "/openai/v1/models/gpt-4o", 200)]
    [InlineData("GET", "/openai/v1/models/gpt-9", 404)]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("GET", "/health/live", 200)]
    public async Task Path_GetsItsStatus(string method, string path, int status)
    {
        await using var host = await SimulatorHost.StartAsync();
        using var response = await host.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        ((int)response.StatusCode).ShouldBe(status);
    }
}
