using System.ClientModel;
using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using OpenAI.Responses;
using Shouldly;
using Xunit;

namespace GlobalGateway.EndToEnd.Sdk;

/// <summary>Clients of OpenAI's responses API in front of models that other APIs serve, and stored responses from region to region.</summary>
[Collection(SdkCollection.Name)]
public class ResponsesAcrossDialectsTests(SdkTargets targets)
{
    private const string Region = "us-east";
    private const string Another = "ap-south";
    private const string Script = "responses.mjs";
    private static readonly ConcurrentDictionary<string, Task<IReadOnlyDictionary<string, JsonNode>>> Runs = new();

    public static TheoryData<string> NodeCases => [.. NodeRun.CaseNames(Script)];

    [Theory]
    [InlineData("claude")]
    [InlineData("gemini")]
    public async Task Response_Streamed_IsTheSameTextAsWhole(string model)
    {
        var responses = await ClientAsync(Region);
        ResponseResult whole = await responses.CreateResponseAsync(model, "hello responses");
        var text = "";
        ResponseResult? last = null;
        await foreach (var update in await responses.CreateResponseStreamingAsync(model, "hello responses"))
        {
            text += (update as StreamingResponseOutputTextDeltaUpdate)?.Delta;
            last = (update as StreamingResponseCompletedUpdate)?.Response ?? last;
        }

        whole.Status.ShouldBe(ResponseStatus.Completed);
        text.ShouldBe(whole.GetOutputText());
        last!.GetOutputText().ShouldBe(text);
        last.Usage.OutputTokenCount.ShouldBe(whole.Usage.OutputTokenCount);
    }

    [Theory]
    [InlineData("claude")]
    [InlineData("gemini")]
    public async Task Response_Tool_IsCalledAndItsResultUsed(string model)
    {
        var responses = await ClientAsync(Region);
        var tool = ResponseTool.CreateFunctionTool("get_weather", BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}"""), strictModeEnabled: true);
        var asking = new CreateResponseOptions(model, [ResponseItem.CreateUserMessageItem("the weather? [[think]][[tool=get_weather]]")]) { Tools = { tool } };
        ResponseResult asked = await responses.CreateResponseAsync(asking);
        var call = asked.OutputItems.OfType<FunctionCallResponseItem>().ShouldHaveSingleItem();
        var answering = new CreateResponseOptions(model, [.. asking.InputItems, .. asked.OutputItems, ResponseItem.CreateFunctionCallOutputItem(call.CallId, "rain")]) { Tools = { tool } };
        ResponseResult answered = await responses.CreateResponseAsync(answering);
        answered.GetOutputText().ShouldContain("rain");
    }

    /// <summary>The account that made the items is found again, from a region that has not seen the conversation.</summary>
    [Fact]
    public async Task Reasoning_OfATurnInOneRegion_GoesOnInAnother()
    {
        var here = await ClientAsync(Region);
        var there = await ClientAsync(Another);
        for (var i = 0; i < 4; i++)
        {
            var first = ResponseItem.CreateUserMessageItem($"think about {i}");
            ResponseResult made = await here.CreateResponseAsync(new CreateResponseOptions("reasoning", [first]));
            made.OutputItems.OfType<ReasoningResponseItem>().ShouldHaveSingleItem();
            ResponseResult more = await there.CreateResponseAsync(new CreateResponseOptions("reasoning", [first, .. made.OutputItems, ResponseItem.CreateUserMessageItem("and now?")]));
            more.GetOutputText().ShouldNotBeEmpty();
        }
    }

    [Theory]
    [MemberData(nameof(NodeCases))]
    public async Task NodeLibrary_Case_Passes(string name)
    {
        var at = await targets.GetAsync(Region);
        var run = await Runs.GetOrAdd(Region, _ => NodeRun.CasesAsync(Script, at));
        run[name]["ok"]!.GetValue<bool>().ShouldBeTrue(run[name]["error"]?.GetValue<string>());
    }

    [Fact]
    public async Task StoredResponse_MadeInOneRegion_IsReadContinuedAndDeletedInAnother()
    {
        var here = await ClientAsync(Region);
        var there = await ClientAsync(Another);
        ResponseResult made = await here.CreateResponseAsync("fast", "remember me");

        ResponseResult read = await there.GetResponseAsync(made.Id);
        ResponseResult more = await there.CreateResponseAsync(new CreateResponseOptions("fast", [ResponseItem.CreateUserMessageItem("and now?")]) { PreviousResponseId = made.Id });
        ResponseDeletionResult deleted = await there.DeleteResponseAsync(made.Id);

        read.Id.ShouldBe(made.Id);
        read.GetOutputText().ShouldBe(made.GetOutputText());
        more.PreviousResponseId.ShouldBe(made.Id);
        deleted.Deleted.ShouldBeTrue();
        (await Should.ThrowAsync<ClientResultException>(here.GetResponseAsync(made.Id))).Status.ShouldBe(404);
    }

    private async Task<ResponsesClient> ClientAsync(string name)
    {
        var target = await targets.GetAsync(name);
        return new ResponsesClient(new ApiKeyCredential(target.Key), new ResponsesClientOptions { Endpoint = target.OpenAi });
    }
}
