using System.ClientModel;
using OpenAI;
using OpenAI.Models;
using Shouldly;
using Xunit;

namespace GlobalGateway.EndToEnd.Sdk;

/// <summary>The model list with the .NET package OpenAI.</summary>
[Collection(SdkCollection.Name)]
public class OpenAiModelTests(SdkTargets targets)
{
    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Models_ListAndGet_KnowTheChatModel(string target)
    {
        var at = await targets.GetAsync(target);
        var models = new OpenAIModelClient(new ApiKeyCredential(at.Key), new OpenAIClientOptions { Endpoint = at.OpenAi });
        OpenAIModelCollection all = await models.GetModelsAsync();
        all.Select(static model => model.Id).ShouldContain(at.ChatModel);
        OpenAIModel one = await models.GetModelAsync(at.ChatModel);
        one.Id.ShouldBe(at.ChatModel);
        (await Should.ThrowAsync<ClientResultException>(models.GetModelAsync("no-such-model"))).Status.ShouldBe(404);
    }
}
