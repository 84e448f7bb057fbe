using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Shouldly;
using Xunit;

namespace GlobalGateway.EndToEnd.Sdk;

/// <summary>Messages with the .NET package Anthropic and its defaults.</summary>
[Collection(SdkCollection.Name)]
public class AnthropicTests(SdkTargets targets)
{
    private static readonly Tool Weather = new()
    {
        Name = "get_weather",
        Description = "The weather of a city",
        InputSchema = new InputSchema { Properties = new Dictionary<string, JsonElement> { ["city"] = JsonDocument.Parse("""{"type":"string"}""").RootElement }, Required = ["city"] },
    };

    private async Task<(SdkTarget Target, AnthropicClient Client)> ClientAsync(string name, string? key = null)
    {
        var target = await targets.GetAsync(name);
        return (target, new AnthropicClient { BaseUrl = target.Anthropic.ToString().TrimEnd('/'), ApiKey = key ?? target.Key });
    }

    private static MessageCreateParams Ask(SdkTarget target, string prompt, string? model = null, long maxTokens = 200) =>
        new() { Model = model ?? target.MessagesModel, MaxTokens = maxTokens, Messages = [new UserMessageParam(prompt)] };

    private static string TextOf(Message message) => string.Concat(message.Content.Select(static block => block.TryPickText(out var text) ? text.Text : ""));

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Message_Streamed_IsTheSameTextAsWhole(string target)
    {
        var (at, client) = await ClientAsync(target);
        var whole = await client.Messages.Create(Ask(at, "hello from .NET"));
        whole.StopReason!.Value().ShouldBe(StopReason.EndTurn);
        TextOf(whole).ShouldNotBeEmpty();
        var text = "";
        var stopped = false;
        await foreach (var each in client.Messages.CreateStreaming(Ask(at, "hello from .NET")))
        {
            text += each.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var piece) ? piece.Text : "";
            stopped |= each.TryPickStop(out _);
        }
        text.ShouldBe(TextOf(whole));
        stopped.ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Message_Tool_IsCalledAndItsResultUsed(string target)
    {
        var (at, client) = await ClientAsync(target);
        const string Prompt = "the weather in Paris? [[tool=get_weather]]";
        var asked = await client.Messages.Create(Ask(at, Prompt) with { Tools = [Weather] });
        asked.StopReason!.Value().ShouldBe(StopReason.ToolUse);
        ToolUseBlock? call = null;
        asked.Content.Any(block => block.TryPickToolUse(out call)).ShouldBeTrue();
        call!.Input["city"].GetString().ShouldNotBeEmpty();
        var answered = await client.Messages.Create(Ask(at, Prompt) with
        {
            Tools = [Weather],
            Messages =
            [
                new UserMessageParam(Prompt),
                new AssistantMessageParam(new List<ContentBlockParam> { new ToolUseBlockParam { ID = call.ID, Name = call.Name, Input = call.Input } }),
                new UserMessageParam(new List<ContentBlockParam> { new ToolResultBlockParam(call.ID) { Content = "17 degrees" } }),
            ],
        });
        TextOf(answered).ShouldContain("17 degrees");
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Models_ListAndGet_Agree(string target)
    {
        var (_, client) = await ClientAsync(target);
        var page = await client.Models.List(new());
        page.Items.ShouldNotBeEmpty();
        (await client.Models.Retrieve(page.Items[0].ID, new())).ID.ShouldBe(page.Items[0].ID);
        await Should.ThrowAsync<AnthropicNotFoundException>(client.Models.Retrieve("no-such-model", new()));
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Tokens_Counted_AreThoseOfTheMessage(string target)
    {
        var (at, client) = await ClientAsync(target);
        var counted = await client.Messages.CountTokens(new() { Model = at.MessagesModel, Messages = [new UserMessageParam("hello")] });
        counted.InputTokens.ShouldBe((await client.Messages.Create(Ask(at, "hello"))).Usage.InputTokens);
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Message_Refused_IsTheLibrarysOwnException(string target)
    {
        var (at, client) = await ClientAsync(target);
        var (_, stranger) = await ClientAsync(target, key: "wrong-key");
        await Should.ThrowAsync<AnthropicUnauthorizedException>(stranger.Messages.Create(Ask(at, "hi")));
        await Should.ThrowAsync<AnthropicNotFoundException>(client.Messages.Create(Ask(at, "hi", model: "no-such-model")));
        await Should.ThrowAsync<AnthropicBadRequestException>(client.Messages.Create(Ask(at, "hi", maxTokens: 0)));
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Message_ProviderFailsOnce_IsTriedAgain(string target)
    {
        var (at, client) = await ClientAsync(target);
        foreach (var fault in new[] { """{"type":"status","status":429}""", """{"type":"status","status":529}""" })
        {
            var marker = SimulatorAdmin.Marker();
            await at.Simulator.FaultOnceAsync(marker, fault);
            TextOf(await client.Messages.Create(Ask(at, marker))).ShouldNotBeEmpty();
            (await at.Simulator.ReceivedAsync(marker)).Count.ShouldBeGreaterThanOrEqualTo(2);
        }
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Message_AbortedMidStream_FreesTheProvider(string target)
    {
        var (at, client) = await ClientAsync(target);
        var marker = SimulatorAdmin.Marker();
        var seen = 0;
        await foreach (var each in client.Messages.CreateStreaming(Ask(at, $"{marker} [[tokens=100000]][[tps=100]]", maxTokens: 60_000)))
        {
            seen += each.TryPickContentBlockDelta(out _) ? 1 : 0;
            if (seen == 3)
            {
                break;
            }
        }
        seen.ShouldBe(3);
        await at.Simulator.WaitAbandonedAsync(marker);
        TextOf(await client.Messages.Create(Ask(at, "after the abort"))).ShouldNotBeEmpty();
    }
}
