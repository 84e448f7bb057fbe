using System.ClientModel;
using OpenAI.Responses;
using Shouldly;
using Xunit;

namespace GlobalGateway.EndToEnd.Sdk;

/// <summary>Responses with the .NET package OpenAI and its defaults.</summary>
[Collection(SdkCollection.Name)]
public class OpenAiResponsesTests(SdkTargets targets)
{
    private async Task<(SdkTarget Target, ResponsesClient Responses)> ClientAsync(string name)
    {
        var target = await targets.GetAsync(name);
        return (target, new ResponsesClient(new ApiKeyCredential(target.Key), new ResponsesClientOptions { Endpoint = target.OpenAi }));
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Response_Streamed_IsTheSameTextAsWhole(string target)
    {
        var (at, responses) = await ClientAsync(target);
        ResponseResult whole = await responses.CreateResponseAsync(at.ChatModel, "hello responses");
        whole.Status.ShouldBe(ResponseStatus.Completed);
        whole.GetOutputText().ShouldNotBeEmpty();
        var text = "";
        ResponseResult? last = null;
        var updates = await responses.CreateResponseStreamingAsync(at.ChatModel, "hello responses");
        await foreach (var update in updates)
        {
            text += (update as StreamingResponseOutputTextDeltaUpdate)?.Delta;
            last = (update as StreamingResponseCompletedUpdate)?.Response ?? last;
        }
        text.ShouldBe(whole.GetOutputText());
        last!.Usage.OutputTokenCount.ShouldBe(whole.Usage.OutputTokenCount);
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Response_Tool_IsCalledAndItsResultUsed(string target)
    {
        var (at, responses) = await ClientAsync(target);
        var tool = ResponseTool.CreateFunctionTool("get_weather", BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}"""), strictModeEnabled: true);
        var asking = new CreateResponseOptions(at.ChatModel, [ResponseItem.CreateUserMessageItem("the weather? [[tool=get_weather]]")]) { Tools = { tool } };
        ResponseResult asked = await responses.CreateResponseAsync(asking);
        var call = asked.OutputItems.OfType<FunctionCallResponseItem>().ShouldHaveSingleItem();
        call.FunctionName.ShouldBe("get_weather");
        var answering = new CreateResponseOptions(at.ChatModel, [.. asking.InputItems, call, ResponseItem.CreateFunctionCallOutputItem(call.CallId, "rain")]) { Tools = { tool } };
        ResponseResult answered = await responses.CreateResponseAsync(answering);
        answered.GetOutputText().ShouldContain("rain");
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Response_UnknownModel_Is404(string target)
    {
        var (_, responses) = await ClientAsync(target);
        (await Should.ThrowAsync<ClientResultException>(responses.CreateResponseAsync("no-such-model", "hi"))).Status.ShouldBe(404);
    }
}
