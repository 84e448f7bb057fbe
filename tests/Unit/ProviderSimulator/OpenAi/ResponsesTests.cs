using System.Text.Json.Nodes;
using GlobalGateway.Testing.Grammars;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ProviderSimulator.OpenAi;

public class ResponsesTests
{
    private const string Path = "/openai/v1/responses";

    [Fact]
    public async Task Stream_Events_AreNumberedAndBuildTheWholeResponse()
    {
        await using var host = await SimulatorHost.StartAsync();
        var events = (await host.EventsAsync(Path, """{"model":"gpt-4o","input":"hello","stream":true}""")).Select(static data => JsonNode.Parse(data)!).ToList();
        events.Select(static each => each["sequence_number"]!.GetValue<int>()).ShouldBe(Enumerable.Range(0, events.Count));
        var types = events.Select(static each => each["type"]!.GetValue<string>()).ToList();
        types.Distinct().ShouldBe(["response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta",
            "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"]);
        var streamed = string.Concat(events.Where(static each => each["type"]!.GetValue<string>() == "response.output_text.delta").Select(static each => each["delta"]!.GetValue<string>()));
        streamed.ShouldBe(events[^1]["response"]!["output"]![0]!["content"]![0]!["text"]!.GetValue<string>());
        var (_, whole) = await host.PostAsync(Path, """{"model":"gpt-4o","input":"hello"}""");
        whole["output"]![0]!["content"]![0]!["text"]!.GetValue<string>().ShouldBe(streamed);
        whole["usage"]!["output_tokens"]!.GetValue<int>().ShouldBe(events[^1]["response"]!["usage"]!["output_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task ToolCall_Answered_ContinuesByPreviousResponse()
    {
        await using var host = await SimulatorHost.StartAsync();
        const string Tools = """ "tools":[{"type":"function","name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}] """;
        var (_, asked) = await host.PostAsync(Path, $$"""{"model":"gpt-4o","input":"the weather?",{{Tools}}}""");
        var call = asked["output"]![0]!;
        call["type"]!.GetValue<string>().ShouldBe("function_call");
        var (refusedStatus, refused) = await host.PostAsync(Path, $$"""{"model":"gpt-4o","input":"go on","previous_response_id":"{{asked["id"]}}",{{Tools}}}""");
        refusedStatus.ShouldBe(400);
        refused["error"]!["message"]!.GetValue<string>().ShouldBe($"No tool output found for function call {call["call_id"]}.");
        var (status, answered) = await host.PostAsync(Path, $$"""{"model":"gpt-4o","previous_response_id":"{{asked["id"]}}","input":[{"type":"function_call_output","call_id":"{{call["call_id"]}}","output":"rain"}],{{Tools}}}""");
        status.ShouldBe(200);
        answered["output"]![0]!["content"]![0]!["text"]!.GetValue<string>().ShouldBe("The tool answered: rain");
    }

    [Fact]
    public async Task Stored_GetDeleteGet_IsGone()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (_, made) = await host.PostAsync(Path, """{"model":"gpt-4o","input":"keep me"}""");
        var path = $"{Path}/{made["id"]}";
        JsonNode.Parse(await host.Client.GetStringAsync(path))!["output"]!.ToJsonString().ShouldBe(made["output"]!.ToJsonString());
        JsonNode.Parse(await host.Client.GetStringAsync(path + "/input_items"))!["data"]![0]!["content"]![0]!["text"]!.GetValue<string>().ShouldBe("keep me");
        using var deleted = await host.Client.DeleteAsync(path);
        ((int)deleted.StatusCode).ShouldBe(200);
        using var gone = await host.Client.GetAsync(path);
        ((int)gone.StatusCode).ShouldBe(404);
    }

    [Fact]
    public async Task Reasoning_Encrypted_IsKnownAgainByItsMakerOnly()
    {
        await using var host = await SimulatorHost.StartAsync();
        const string Members = """ "model":"gpt-5","store":false,"include":["reasoning.encrypted_content"],"reasoning":{"summary":"auto"} """;
        var stream = await host.Client.PostAsync(Path, new StringContent($$"""{"input":"hello","stream":true,{{Members}}}""", System.Text.Encoding.UTF8, "application/json"));
        new ResponsesGrammar().Check(await stream.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        var (_, made) = await host.PostAsync(Path, $$"""{"input":"hello",{{Members}}}""");
        var item = made["output"]![0]!.ToJsonString();
        made["output"]![0]!["encrypted_content"]!.GetValue<string>().ShouldNotBeEmpty();
        made["output"]![0]!["summary"]![0]!["text"]!.GetValue<string>().ShouldNotBeEmpty();

        var (again, _) = await host.PostAsync(Path, $$"""{"input":[{{item}},{"role":"user","content":"on"}],{{Members}}}""");
        var (elsewhere, refused) = await host.PostAsync("/azure/openai/v1/responses", $$"""{"input":[{{item}},{"role":"user","content":"on"}],{{Members}}}""");

        again.ShouldBe(200);
        elsewhere.ShouldBe(400);
        refused["error"]!["code"]!.GetValue<string>().ShouldBe("invalid_encrypted_content");
    }

    [Fact]
    public async Task Background_Streamed_CanBeReadFromAnyEventOn()
    {
        await using var host = await SimulatorHost.StartAsync();
        var events = (await host.EventsAsync(Path, """{"model":"gpt-4o","input":"hello","stream":true,"background":true}""")).ToList();
        var id = JsonNode.Parse(events[0])!["response"]!["id"]!.GetValue<string>();

        var rest = await host.Client.GetStringAsync($"{Path}/{id}?stream=true&starting_after=2");

        rest.Split('\n').Where(static line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(static line => line["data: ".Length..]).ShouldBe(events[3..]);
    }

    [Theory]
    [InlineData("""{"model":"gpt-4o","input":"x","foo":1}""", "Unknown parameter: 'foo'.", "unknown_parameter")]
    [InlineData("""{"input":"x"}""", "Missing required parameter: 'model'.", "missing_required_parameter")]
    [InlineData("""{"model":"gpt-4o","input":"x","messages":[]}""", "Unknown parameter: 'messages'.", "unknown_parameter")]
    [InlineData("""{"model":"gpt-5","input":"x","temperature":0.2}""", "Unsupported parameter: 'temperature' is not supported with this model.", "unsupported_parameter")]
    [InlineData("""{"model":"gpt-4o","input":"x","reasoning":{"effort":"low"}}""", "Unsupported parameter: 'reasoning.effort' is not supported with this model.", "unsupported_parameter")]
    [InlineData("""{"model":"gpt-4o","input":"x","max_output_tokens":3}""", "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 3 instead.", "integer_below_min_value")]
    [InlineData("""{"model":"gpt-4o","input":"x","previous_response_id":"resp_none"}""", "Previous response with id 'resp_none' not found.", "previous_response_not_found")]
    [InlineData("""{"model":"gpt-4o","input":[{"type":"function_call_output","call_id":"c9","output":"x"}]}""", "No tool call found for function call output with call_id c9.", null)]
    public async Task Create_WhatOpenAiRefuses_IsRefusedInItsWords(string request, string message, string? code)
    {
        await using var host = await SimulatorHost.StartAsync();
        var (status, body) = await host.PostAsync(Path, request);
        status.ShouldBe(400);
        body["error"]!["message"]!.GetValue<string>().ShouldBe(message);
        body["error"]!["code"]?.GetValue<string>().ShouldBe(code);
    }
}
