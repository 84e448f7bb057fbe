using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Translation.AnthropicMessages;
using GlobalGateway.EdgeNode.Translation.Gemini;
using GlobalGateway.EdgeNode.Translation.OpenAIChat;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>Finds the codec of a client's operation or of a provider's format; absent where there is none.</summary>
public static class ChatCodecs
{
    private static readonly OpenAIChatCodec Chat = new();
    private static readonly AnthropicCodec Messages = new();
    private static readonly GeminiCodec Generate = new();

    public static ChatCodec? ForClient(Operation operation) => operation switch
    {
        Operation.ChatCompletions => Chat,
        Operation.Messages => Messages,
        Operation.GenerateContent or Operation.StreamGenerateContent => Generate,
        _ => null,
    };

    public static ChatCodec? ForProvider(ProviderFormat format, Capabilities capabilities) => format switch
    {
        ProviderFormat.OpenAI or ProviderFormat.AzureOpenAI when capabilities.Api.Count == 0 || capabilities.Api.Contains(ModelApi.Chat) => Chat,
        ProviderFormat.Anthropic => Messages,
        ProviderFormat.Gemini when capabilities.Api.Count == 0 || capabilities.Api.Contains(ModelApi.Chat) => Generate,
        _ => null,
    };
}
