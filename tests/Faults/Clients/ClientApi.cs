namespace GlobalGateway.Faults.Clients;

/// <summary>An API that clients of the edge speak.</summary>
public enum ClientApi
{
    /// <summary>OpenAI's chat completions.</summary>
    Chat,

    /// <summary>OpenAI's responses.</summary>
    Responses,

    /// <summary>Anthropic's messages.</summary>
    Messages,

    /// <summary>Gemini's generateContent, streamed as server-sent events.</summary>
    Gemini,

    /// <summary>The same, streamed as one JSON array.</summary>
    GeminiArray,

    /// <summary>OpenAI's embeddings, which are never streamed.</summary>
    Embeddings,
}

/// <summary>Sets of them.</summary>
public static class ClientApis
{
    public static IReadOnlyList<ClientApi> All { get; } = Enum.GetValues<ClientApi>();

    /// <summary>Those whose answers are texts and calls, and may be streamed.</summary>
    public static IReadOnlyList<ClientApi> Chats { get; } = [.. All.Where(static api => api != ClientApi.Embeddings)];
}
