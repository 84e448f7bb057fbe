using System.ClientModel;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;
using Shouldly;
using Xunit;

namespace GlobalGateway.EndToEnd.Sdk;

/// <summary>Chat with the .NET package OpenAI and its defaults.</summary>
[Collection(SdkCollection.Name)]
public class OpenAiChatTests(SdkTargets targets)
{
    private static readonly ChatTool Weather = ChatTool.CreateFunctionTool("get_weather", "The weather of a city",
        BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}"""));

    private async Task<(SdkTarget Target, ChatClient Chat)> ClientAsync(string name, string? key = null, string? model = null)
    {
        var target = await targets.GetAsync(name);
        return (target, new ChatClient(model ?? target.ChatModel, new ApiKeyCredential(key ?? target.Key), new OpenAIClientOptions { Endpoint = target.OpenAi }));
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Chat_Plain_AnswersWithUsage(string target)
    {
        var (_, chat) = await ClientAsync(target);
        ChatCompletion answer = await chat.CompleteChatAsync("hello from .NET");
        answer.Content[0].Text.ShouldNotBeEmpty();
        answer.FinishReason.ShouldBe(ChatFinishReason.Stop);
        answer.Usage.TotalTokenCount.ShouldBe(answer.Usage.InputTokenCount + answer.Usage.OutputTokenCount);
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Chat_Streamed_IsTheSameTextWithUsage(string target)
    {
        var (_, chat) = await ClientAsync(target);
        ChatCompletion whole = await chat.CompleteChatAsync("hello from .NET");
        var text = "";
        ChatTokenUsage? usage = null;
        ChatFinishReason? finish = null;
        await foreach (var update in chat.CompleteChatStreamingAsync("hello from .NET"))
        {
            text += string.Concat(update.ContentUpdate.Select(static part => part.Text));
            usage = update.Usage ?? usage;
            finish = update.FinishReason ?? finish;
        }
        text.ShouldBe(whole.Content[0].Text);
        usage!.OutputTokenCount.ShouldBe(whole.Usage.OutputTokenCount);
        finish.ShouldBe(ChatFinishReason.Stop);
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Chat_Tool_IsCalledAndItsResultUsed(string target)
    {
        var (_, chat) = await ClientAsync(target);
        List<ChatMessage> messages = [new UserChatMessage("What is the weather in Paris? [[tool=get_weather]]")];
        ChatCompletion asked = await chat.CompleteChatAsync(messages, new ChatCompletionOptions { Tools = { Weather } });
        asked.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        var call = asked.ToolCalls.ShouldHaveSingleItem();
        JsonDocument.Parse(call.FunctionArguments).RootElement.GetProperty("city").GetString().ShouldNotBeEmpty();
        messages.AddRange([new AssistantChatMessage(asked), new ToolChatMessage(call.Id, "17 degrees")]);
        ChatCompletion answered = await chat.CompleteChatAsync(messages, new ChatCompletionOptions { Tools = { Weather } });
        answered.Content[0].Text.ShouldContain("17 degrees");
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Chat_JsonSchema_IsFilled(string target)
    {
        var (_, chat) = await ClientAsync(target);
        ChatCompletion answer = await chat.CompleteChatAsync([new UserChatMessage("a colour")], new ChatCompletionOptions
        {
            ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("colour",
                BinaryData.FromString("""{"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"additionalProperties":false}"""), jsonSchemaIsStrict: true),
        });
        JsonDocument.Parse(answer.Content[0].Text).RootElement.GetProperty("name").GetString().ShouldNotBeEmpty();
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Chat_WrongKey_Is401(string target)
    {
        var (_, chat) = await ClientAsync(target, key: "wrong-key");
        (await Should.ThrowAsync<ClientResultException>(chat.CompleteChatAsync("hi"))).Status.ShouldBe(401);
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Chat_UnknownModel_Is404(string target)
    {
        var (_, chat) = await ClientAsync(target, model: "no-such-model");
        (await Should.ThrowAsync<ClientResultException>(chat.CompleteChatAsync("hi"))).Status.ShouldBe(404);
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Chat_TemperatureOutOfRange_Is400NamingIt(string target)
    {
        var (_, chat) = await ClientAsync(target);
        var error = await Should.ThrowAsync<ClientResultException>(chat.CompleteChatAsync([new UserChatMessage("hi")], new ChatCompletionOptions { Temperature = 9 }));
        error.Status.ShouldBe(400);
        error.Message.ShouldContain("temperature");
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Chat_ProviderFailsOnce_IsTriedAgain(string target)
    {
        var (at, chat) = await ClientAsync(target);
        foreach (var fault in new[] { """{"type":"status","status":429}""", """{"type":"status","status":500}""" })
        {
            var marker = SimulatorAdmin.Marker();
            await at.Simulator.FaultOnceAsync(marker, fault);
            ChatCompletion answer = await chat.CompleteChatAsync(marker);
            answer.Content[0].Text.ShouldNotBeEmpty();
            (await at.Simulator.ReceivedAsync(marker)).Count.ShouldBeGreaterThanOrEqualTo(2);
        }
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Chat_AbortedMidStream_FreesTheProvider(string target)
    {
        var (at, chat) = await ClientAsync(target);
        var marker = SimulatorAdmin.Marker();
        using var cancellation = new CancellationTokenSource();
        var seen = 0;
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage($"{marker} [[tokens=100000]][[tps=100]]")], cancellationToken: cancellation.Token))
            {
                seen += update.ContentUpdate.Count;
                if (seen >= 3)
                {
                    await cancellation.CancelAsync();
                }
            }
        });
        await at.Simulator.WaitAbandonedAsync(marker);
        ChatCompletion after = await chat.CompleteChatAsync("after the abort");
        after.Content[0].Text.ShouldNotBeEmpty();
    }
}
