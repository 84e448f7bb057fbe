using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ProviderSimulator.OpenAi;

public class ChatTests
{
    private const string Path = "/openai/v1/chat/completions";
    private const string Tool = """{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer","minimum":1,"maximum":5}},"required":["city"]}}}""";
    private const string Clock = """{"type":"function","function":{"name":"get_time","parameters":{"type":"object","properties":{}}}}""";

    private static string Request(string extra = "", string prompt = "hello", string model = "gpt-4o") =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{prompt}}"}]{{extra}}}""";

    private static string TextOf(JsonNode answer) => answer["choices"]![0]!["message"]!["content"]!.GetValue<string>();

    [Fact]
    public async Task Answer_SamePrompt_IsTheSameInEveryProcessAndForm()
    {
        await using var first = await SimulatorHost.StartAsync();
        await using var second = await SimulatorHost.StartAsync();
        var text = TextOf((await first.PostAsync(Path, Request())).Body);
        TextOf((await second.PostAsync(Path, Request(""","temperature":0.3"""))).Body).ShouldBe(text);
        var events = await second.EventsAsync(Path, Request(""","stream":true"""));
        string.Concat(events.SkipLast(1).Select(static data => JsonNode.Parse(data)!["choices"]![0]!["delta"]!["content"]?.GetValue<string>())).ShouldBe(text);
        TextOf((await first.PostAsync(Path, Request(prompt: "another"))).Body).ShouldNotBe(text);
    }

    [Fact]
    public async Task Directive_Tokens_SetsTheCount()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (_, body) = await host.PostAsync(Path, Request(prompt: "[[tokens=200]]"));
        body["usage"]!["completion_tokens"]!.GetValue<int>().ShouldBe(200);
        body["choices"]![0]!["finish_reason"]!.GetValue<string>().ShouldBe("stop");
    }

    [Fact]
    public async Task MaxTokens_Reached_FinishesWithLength()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (_, body) = await host.PostAsync(Path, Request(""","max_tokens":3"""));
        body["usage"]!["completion_tokens"]!.GetValue<int>().ShouldBe(3);
        body["choices"]![0]!["finish_reason"]!.GetValue<string>().ShouldBe("length");
    }

    [Fact]
    public async Task Stop_Found_EndsBeforeIt()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (_, body) = await host.PostAsync(Path, Request(""","stop":["two"]""", "[[say=one two three]]"));
        TextOf(body).ShouldBe("one ");
    }

    [Fact]
    public async Task Stream_WithUsage_EndsWithAUsageFrameAndDone()
    {
        await using var host = await SimulatorHost.StartAsync();
        var events = await host.EventsAsync(Path, Request(""","stream":true,"stream_options":{"include_usage":true}"""));
        events[^1].ShouldBe("[DONE]");
        var usage = JsonNode.Parse(events[^2])!;
        usage["choices"]!.AsArray().ShouldBeEmpty();
        usage["usage"]!["total_tokens"]!.GetValue<int>().ShouldBeGreaterThan(0);
        JsonNode.Parse(events[0])!.AsObject().ContainsKey("usage").ShouldBeTrue();
    }

    [Fact]
    public async Task Stream_WithoutUsage_HasNone()
    {
        await using var host = await SimulatorHost.StartAsync();
        (await host.EventsAsync(Path, Request(""","stream":true"""))).ShouldAllBe(static data => !data.Contains("usage", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Choices_N_AreThatManyAndDiffer()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (_, body) = await host.PostAsync(Path, Request(""","n":3"""));
        body["choices"]!.AsArray().Select(static choice => choice!["message"]!["content"]!.GetValue<string>()).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task Logprobs_Asked_ComePerToken()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (_, body) = await host.PostAsync(Path, Request(""","logprobs":true,"top_logprobs":2""", "[[tokens=4]]"));
        var content = body["choices"]![0]!["logprobs"]!["content"]!.AsArray();
        content.Count.ShouldBe(4);
        content[0]!["top_logprobs"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Tool_PromptMentionsIt_IsCalledWithArgumentsOfItsSchema()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (_, body) = await host.PostAsync(Path, Request($""","tools":[{Tool}]""", "weather in Paris?"));
        var call = body["choices"]![0]!["message"]!["tool_calls"]![0]!;
        call["function"]!["name"]!.GetValue<string>().ShouldBe("get_weather");
        var arguments = JsonNode.Parse(call["function"]!["arguments"]!.GetValue<string>())!;
        arguments["city"]!.GetValue<string>().ShouldNotBeEmpty();
        arguments["days"]!.GetValue<int>().ShouldBeInRange(1, 5);
        body["choices"]![0]!["finish_reason"]!.GetValue<string>().ShouldBe("tool_calls");
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData(""","parallel_tool_calls":false""", 1)]
    public async Task Tools_TwoAskedFor_AreCalledInParallelUnlessSwitchedOff(string extra, int calls)
    {
        await using var host = await SimulatorHost.StartAsync();
        var (_, body) = await host.PostAsync(Path, Request($""","tools":[{Tool},{Clock}]{extra}""", "[[tool=get_weather]][[tool=get_time]]"));
        body["choices"]![0]!["message"]!["tool_calls"]!.AsArray().Count.ShouldBe(calls);
    }

    [Fact]
    public async Task ToolResult_Given_IsUsedInTheAnswer()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (status, body) = await host.PostAsync(Path,
            $$$"""{"model":"gpt-4o","tools":[{{{Tool}}}],"messages":[{"role":"user","content":"weather?"},{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"get_weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":"17 degrees"}]}""");
        status.ShouldBe(200);
        TextOf(body).ShouldBe("The tool answered: 17 degrees");
    }

    [Fact]
    public async Task JsonSchema_Asked_IsFilled()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (_, body) = await host.PostAsync(Path, Request(""","response_format":{"type":"json_schema","json_schema":{"name":"x","strict":true,"schema":{"type":"object","additionalProperties":false,"required":["color","size"],"properties":{"color":{"enum":["red","blue"]},"size":{"type":"integer"}}}}}"""));
        var filled = JsonNode.Parse(TextOf(body))!;
        filled["color"]!.GetValue<string>().ShouldBeOneOf("red", "blue");
        filled["size"]!.GetValue<int>().ShouldBeGreaterThanOrEqualTo(0);
    }
}
