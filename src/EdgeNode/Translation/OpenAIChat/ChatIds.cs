namespace GlobalGateway.EdgeNode.Translation.OpenAIChat;

/// <summary>Ids as clients of the chat API expect them, with the provider's own inside.</summary>
internal static class ChatIds
{
    public static string Of(string providersId) =>
        providersId.StartsWith("chatcmpl-", StringComparison.Ordinal) ? providersId : $"chatcmpl-{providersId}";
}
