using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ProviderSimulator.Gemini;

public class GenerateContentTests
{
    private const string Root = "/gemini/v1beta/models/gemini-2.5-flash";
    private const string Tools = """ "tools":[{"functionDeclarations":[{"name":"get_weather","parameters":{"type":"OBJECT","properties":{"city":{"type":"STRING"}}}},{"name":"get_time","parameters":{"type":"OBJECT"}}]}] """;

    private static string Request(string extra = "", string text = "hello") => $$"""{"contents":[{"role":"user","parts":[{"text":"{{text}}"}]}]{{extra}}}""";

    [Fact]
    public async Task Stream_AsEventsAndAsArray_BuildTheWholeAnswer()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (_, whole) = await host.PostAsync(Root + ":generateContent", Request());
        var text = await host.TextAsync(Root + ":streamGenerateContent?alt=sse", Request());
        var events = text.Split("\r\n\r\n", StringSplitOptions.RemoveEmptyEntries).Select(static block => JsonNode.Parse(block["data: ".Length..])!).ToList();
        var (_, array) = await host.PostAsync(Root + ":streamGenerateContent", Request());
        string.Concat(events.Select(Text)).ShouldBe(Text(whole));
        array.AsArray().Select(static chunk => chunk!.ToJsonString()).ShouldBe(events.Select(static chunk => chunk.ToJsonString()));
        text.ShouldNotContain("[DONE]");
        events.Select(static chunk => chunk["candidates"]![0]!["finishReason"]?.GetValue<string>()).OfType<string>().ShouldBe(["STOP"]);
        events[^1]["candidates"]![0]!["finishReason"].ShouldNotBeNull();
        events[^1]["usageMetadata"]!.ToJsonString().ShouldBe(whole["usageMetadata"]!.ToJsonString());
    }

    [Fact]
    public async Task Tools_AskedForTwice_AreTwoCallsWithoutIdsThatEndWithStop()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (_, body) = await host.PostAsync(Root + ":generateContent", Request("," + Tools, "[[tool=get_weather]][[tool=get_time]][[think]]"));
        var parts = body["candidates"]![0]!["content"]!["parts"]!.AsArray();
        parts[0]!["thought"]!.GetValue<bool>().ShouldBeTrue();
        parts[1]!["functionCall"]!["args"]!["city"]!.GetValue<string>().ShouldNotBeEmpty();
        parts[1]!["functionCall"]!["id"].ShouldBeNull();
        parts[1]!["thoughtSignature"]!.GetValue<string>().ShouldNotBeEmpty();
        parts[2]!["functionCall"]!["name"]!.GetValue<string>().ShouldBe("get_time");
        body["candidates"]![0]!["finishReason"]!.GetValue<string>().ShouldBe("STOP");
        var usage = body["usageMetadata"]!;
        usage["totalTokenCount"]!.GetValue<int>().ShouldBe(
            usage["promptTokenCount"]!.GetValue<int>() + usage["candidatesTokenCount"]!.GetValue<int>() + usage["thoughtsTokenCount"]!.GetValue<int>());
    }

    [Fact]
    public async Task FunctionResponse_Given_IsUsedInTheAnswer()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (status, body) = await host.PostAsync(Root + ":generateContent", "{" + Tools + """
            ,"contents":[{"role":"user","parts":[{"text":"weather?"}]},{"role":"model","parts":[{"functionCall":{"name":"get_weather","args":{}}}]},
             {"role":"user","parts":[{"functionResponse":{"name":"get_weather","response":{"output":"snow"}}}]}]}
            """);
        status.ShouldBe(200, body.ToJsonString());
        Text(body).ShouldBe("The tool answered: snow");
    }

    [Fact]
    public async Task Schema_Given_ShapesTheText()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (_, body) = await host.PostAsync(Root + ":generateContent",
            Request(""","generationConfig":{"responseMimeType":"application/json","responseSchema":{"type":"OBJECT","properties":{"n":{"type":"INTEGER"}}}}"""));
        JsonNode.Parse(Text(body))!["n"]!.GetValue<int>().ShouldBeGreaterThanOrEqualTo(0);
    }

    [Fact]
    public async Task Limit_Reached_IsMaxTokens()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (_, body) = await host.PostAsync(Root + ":generateContent", Request(""","generationConfig":{"maxOutputTokens":3}"""));
        body["candidates"]![0]!["finishReason"]!.GetValue<string>().ShouldBe("MAX_TOKENS");
        body["usageMetadata"]!["candidatesTokenCount"]!.GetValue<int>().ShouldBe(3);
    }

    [Fact]
    public async Task Prompt_Filtered_HasNoCandidates()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (status, body) = await host.PostAsync(Root + ":generateContent", Request(text: "[[filter]]"));
        status.ShouldBe(200);
        body["candidates"].ShouldBeNull();
        body["promptFeedback"]!["blockReason"]!.GetValue<string>().ShouldBe("PROHIBITED_CONTENT");
    }

    [Fact]
    public async Task Count_IsWhatTheAnswerUses()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (_, count) = await host.PostAsync(Root + ":countTokens", Request());
        var (_, inner) = await host.PostAsync(Root + ":countTokens", $$"""{"generateContentRequest":{{Request()}}}""");
        var (_, answer) = await host.PostAsync(Root + ":generateContent", Request());
        count["totalTokens"]!.GetValue<int>().ShouldBe(answer["usageMetadata"]!["promptTokenCount"]!.GetValue<int>());
        inner["totalTokens"]!.GetValue<int>().ShouldBe(count["totalTokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Embeddings_OneAndBatch_AreUnitVectors()
    {
        await using var host = await SimulatorHost.StartAsync();
        const string One = """{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"hello"}]},"outputDimensionality":256}""";
        var (_, single) = await host.PostAsync("/gemini/v1beta/models/gemini-embedding-001:embedContent", One);
        var (_, batch) = await host.PostAsync("/gemini/v1beta/models/gemini-embedding-001:batchEmbedContents", $$"""{"requests":[{{One}},{{One}}]}""");
        var values = single["embedding"]!["values"]!.AsArray().Select(static value => value!.GetValue<float>()).ToArray();
        values.Length.ShouldBe(256);
        values.Sum(static value => value * value).ShouldBe(1f, 0.001f);
        batch["embeddings"]!.AsArray().Select(static each => each!["values"]!.ToJsonString()).ShouldBe([single["embedding"]!["values"]!.ToJsonString(), single["embedding"]!["values"]!.ToJsonString()]);
    }

    [Fact]
    public async Task Fault_MissingTerminator_LeavesOutTheFinishReason()
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.FaultAsync("""{"provider":"gemini","endpoint":"streamGenerateContent","fault":{"type":"missingTerminator"}}""");
        var text = await host.TextAsync(Root + ":streamGenerateContent?alt=sse", Request());
        text.ShouldStartWith("data: ");
        text.ShouldNotContain("finishReason");
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { """{"foo":1,"contents":[U]}""", "Invalid JSON payload received. Unknown name \"foo\": Cannot find field." },
        { """{"contents":[U],"generationConfig":{"maxTokens":1}}""", "Invalid JSON payload received. Unknown name \"maxTokens\" at 'generation_config': Cannot find field." },
        { """{"contents":[U],"tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","additionalProperties":false}}]}]}""",
          "Invalid JSON payload received. Unknown name \"additionalProperties\" at 'tools[0].function_declarations[0].parameters': Cannot find field." },
        { """{"contents":[U],"tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","properties":{"a":{"const":"x"}}}}]}]}""",
          "Invalid JSON payload received. Unknown name \"const\" at 'tools[0].function_declarations[0].parameters.properties.a': Cannot find field." },
        { """{"contents":[U],"generationConfig":{"temperature":"hot"}}""", "Invalid value at 'generation_config.temperature' (TYPE_FLOAT), a string" },
        { """{"contents":[]}""", "* GenerateContentRequest.contents: contents is not specified\n" },
        { """{"contents":[{"role":"user","parts":[]}]}""", "* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.\n" },
        { """{"contents":[{"role":"user","parts":[{}]}]}""", "* GenerateContentRequest.contents[0].parts[0].data: required oneof field 'data' must have one initialized field\n" },
        { """{"contents":[{"role":"assistant","parts":[{"text":"x"}]}]}""", "Please use a valid role: user, model." },
        { """{"contents":[{"role":"model","parts":[{"functionCall":{"name":"f"}}]}]}""", "Please ensure that function call turn comes immediately after a user turn or after a function response turn." },
        { """{"contents":[U,{"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}}]}]}""", "Please ensure that function response turn comes immediately after a function call turn." },
        { """{"contents":[U,{"role":"model","parts":[{"functionCall":{"name":"f"}},{"functionCall":{"name":"f"}}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}}]}]}""",
          "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn." },
        { """{"contents":[U],"generationConfig":{"frequencyPenalty":0.5}}""", "Penalty is not enabled for models/gemini-2.5-flash" },
        { """{"contents":[U],"generationConfig":{"thinkingConfig":{"thinkingBudget":99999}}}""", "The thinking budget 99999 is invalid. Please choose a value between 0 and 24576." },
        { """{"contents":[U],"tools":[{"functionDeclarations":[{"name":"f"}]}],"generationConfig":{"responseMimeType":"application/json"}}""", "Function calling with a response mime type: 'application/json' is unsupported" },
        { """{"contents":[U],"tools":[{"functionDeclarations":[{"name":"f"}]}],"toolConfig":{"functionCallingConfig":{"mode":"AUTO","allowedFunctionNames":["f"]}}}""", "Please set allowed_function_names only when function calling mode is ANY." },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Generate_WhatGeminiRefuses_IsRefusedInItsWords(string request, string message)
    {
        await using var host = await SimulatorHost.StartAsync();
        var (status, body) = await host.PostAsync(Root + ":generateContent", request.Replace("[U", "[" + """{"role":"user","parts":[{"text":"hi"}]}""", StringComparison.Ordinal));
        status.ShouldBe(400);
        body["error"]!["code"]!.GetValue<int>().ShouldBe(400);
        body["error"]!["status"]!.GetValue<string>().ShouldBe("INVALID_ARGUMENT");
        body["error"]!["message"]!.GetValue<string>().ShouldBe(message);
    }

    [Theory]
    [InlineData("gemini-9:generateContent")]
    [InlineData("gemini-embedding-001:generateContent")]
    public async Task Generate_ModelThatCannot_Is404(string path)
    {
        await using var host = await SimulatorHost.StartAsync();
        var (status, body) = await host.PostAsync($"/gemini/v1beta/models/{path}", Request());
        status.ShouldBe(404);
        body["error"]!["status"]!.GetValue<string>().ShouldBe("NOT_FOUND");
    }

    private static string Text(JsonNode answer) => string.Concat(answer["candidates"]![0]!["content"]!["parts"]!.AsArray().Select(static part => part!["text"]?.GetValue<string>()));
}
