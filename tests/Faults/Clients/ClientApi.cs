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
}
