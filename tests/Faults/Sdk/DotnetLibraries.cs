using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using Anthropic;
using Anthropic.Models.Messages;
using GlobalGateway.Faults.Clients;
using GlobalGateway.Faults.Fleet;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;

namespace GlobalGateway.Faults.Sdk;

/// <summary>The .NET packages OpenAI and Anthropic with their defaults.</summary>
public sealed class DotnetLibraries : IDisposable
{
    private readonly string _edge;
    private readonly HttpClient _http = new();
    private readonly AnthropicClient _anthropic;

    public DotnetLibraries(string edge)
    {
        _edge = edge;
        _anthropic = new AnthropicClient { BaseUrl = edge, ApiKey = FaultFleet.ClientKey, HttpClient = _http };
    }

    public static IReadOnlyDictionary<string, ClientApi> Names { get; } = new Dictionary<string, ClientApi>
    {
        ["NuGet OpenAI chat"] = ClientApi.Chat,
        ["NuGet OpenAI responses"] = ClientApi.Responses,
        ["NuGet Anthropic"] = ClientApi.Messages,
    };

    public async Task<LibraryOutcome> StreamAsync(LibraryCell cell)
    {
        var text = new StringBuilder();
        try
        {
            await (cell.Api switch
            {
                ClientApi.Chat => ChatAsync(cell, text),
                ClientApi.Responses => ResponsesAsync(cell, text),
                _ => MessagesAsync(cell, text),
            });
            return new LibraryOutcome(text.ToString(), null);
        }
#pragma warning disable CA1031 // Whatever it throws is what the test is about.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new LibraryOutcome(text.ToString(), $"{e.GetType().Name}: {e.Message}");
        }
    }

    private async Task ChatAsync(LibraryCell cell, StringBuilder text)
    {
        var chat = new ChatClient(cell.Lane.Model, new ApiKeyCredential(FaultFleet.ClientKey), Options<OpenAIClientOptions>(new() { Endpoint = new Uri($"{_edge}/v1") }));
        await foreach (var update in chat.CompleteChatStreamingAsync(cell.Prompt))
        {
            text.Append(update.ContentUpdate.Count > 0 ? update.ContentUpdate[0].Text : "");
        }
    }

    private async Task ResponsesAsync(LibraryCell cell, StringBuilder text)
    {
        var responses = new ResponsesClient(new ApiKeyCredential(FaultFleet.ClientKey), Options<ResponsesClientOptions>(new() { Endpoint = new Uri($"{_edge}/v1") }));
        var options = new CreateResponseOptions(cell.Lane.Model, [ResponseItem.CreateUserMessageItem(cell.Prompt)]) { StoredOutputEnabled = false, StreamingEnabled = true };
        await foreach (var update in await responses.CreateResponseStreamingAsync(options))
        {
            text.Append((update as StreamingResponseOutputTextDeltaUpdate)?.Delta);
        }
    }

    private async Task MessagesAsync(LibraryCell cell, StringBuilder text)
    {
        await foreach (var each in _anthropic.Messages.CreateStreaming(new() { Model = cell.Lane.Model, MaxTokens = 200, Messages = [new UserMessageParam(cell.Prompt)] }))
        {
            text.Append(each.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var piece) ? piece.Text : "");
        }
    }

    // Only the connections are the test's own, so that they end with it.
    private T Options<T>(T options)
        where T : ClientPipelineOptions
    {
        options.Transport = new HttpClientPipelineTransport(_http);
        return options;
    }

    public void Dispose()
    {
        _anthropic.Dispose();
        _http.Dispose();
    }
}
