using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Translation.AnthropicMessages;
using GlobalGateway.EdgeNode.Translation.Gemini;
using GlobalGateway.EdgeNode.Translation.OpenAIChat;
using GlobalGateway.EdgeNode.Translation.OpenAIResponses;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>Finds the codec of a client's operation or of a provider's format; absent where there is none.</summary>
public static class ChatCodecs
{
    private static readonly OpenAIChatCodec Chat = new();
    private static readonly AnthropicCodec Messages = new();
    private static readonly GeminiCodec Generate = new();
    private static readonly ResponsesCodec Responses = new(maker: "");

    public static ChatCodec? ForClient(Operation operation) => operation switch
    {
        Operation.ChatCompletions => Chat,
        Operation.Responses => Responses,
        Operation.Messages => Messages,
        Operation.GenerateContent or Operation.StreamGenerateContent => Generate,
        _ => null,
    };

    public static ChatCodec? ForProvider(Provider provider, Capabilities capabilities)
    {
        var api = capabilities.Api;
        var chat = api.Count == 0 || api.Contains(ModelApi.Chat);
        return provider.Format switch
        {
            ProviderFormat.OpenAI or ProviderFormat.AzureOpenAI when chat => Chat,
            ProviderFormat.OpenAI or ProviderFormat.AzureOpenAI when api.Contains(ModelApi.Responses) => new ResponsesCodec(ResponsesReasoning.MakerOf(provider.Name)),
            ProviderFormat.Anthropic => Messages,
            ProviderFormat.Gemini when chat => Generate,
            _ => null,
        };
    }
}
