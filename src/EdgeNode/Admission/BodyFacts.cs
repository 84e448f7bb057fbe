namespace GlobalGateway.EdgeNode.Admission;

/// <summary>What routing, limits and rewriting need of a JSON body; offsets are into the body's bytes.</summary>
public readonly record struct BodyFacts
{
    public string? Model { get; init; }

    /// <summary>The model's value, quotes included; empty when the body names none.</summary>
    public Range ModelValue { get; init; }

    public bool Stream { get; init; }

    /// <summary>The value of <c>stream_options</c>; empty when absent.</summary>
    public Range StreamOptionsValue { get; init; }

    /// <summary>The client itself asked for usage in its stream.</summary>
    public bool WantsUsage { get; init; }

    /// <summary>Of a stored response that the request goes on with; absent when it names none.</summary>
    public string? PreviousResponseId { get; init; }

    /// <summary>The id's value, quotes included.</summary>
    public Range PreviousResponseValue { get; init; }

    /// <summary>The request names a stored conversation.</summary>
    public bool HasConversation { get; init; }

    /// <summary>The client wants its response not to be stored.</summary>
    public bool StoresNothing { get; init; }

    /// <summary>The client's output limit; absent when it states none.</summary>
    public long? MaxOutputTokens { get; init; }

    /// <summary>The name of the field that states it in a chat completion, quotes included; empty when there is none.</summary>
    public Range OutputLimitName { get; init; }

    /// <summary>The number there; empty when there is none.</summary>
    public Range OutputLimitValue { get; init; }

    /// <summary>Gemini's <c>generationConfig</c>, braces included; empty when there is none.</summary>
    public Range GeminiConfig { get; init; }

    /// <summary>How many answers the client asked for; zero when it does not say.</summary>
    public int Candidates { get; init; }

    /// <summary>The same for every turn of one conversation: made of system text, tools and the first user message.</summary>
    public int ConversationHash { get; init; }

    /// <summary>A quarter of the bytes of prompt and tools: for routing and limits, not for billing.</summary>
    public long InputTokens { get; init; }
}
