namespace GlobalGateway.EdgeNode.Translation.AnthropicMessages;

/// <summary>Ids as clients of the messages API expect them, with the provider's own inside.</summary>
internal static class MessagesIds
{
    public static string Of(string providersId) =>
        providersId.StartsWith("msg_", StringComparison.Ordinal) ? providersId : $"msg_{providersId}";
}
