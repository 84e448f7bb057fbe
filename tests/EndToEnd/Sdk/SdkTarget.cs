namespace GlobalGateway.EndToEnd.Sdk;

/// <summary>Something that client libraries are pointed at, with the names it serves and the simulator behind it.</summary>
public sealed record SdkTarget
{
    public required string Name { get; init; }

    /// <summary>With <c>/v1</c>, as OpenAI's libraries want it.</summary>
    public required Uri OpenAi { get; init; }

    /// <summary>Without, as Anthropic's libraries want it.</summary>
    public required Uri Anthropic { get; init; }

    public required string Key { get; init; }
    public required string ChatModel { get; init; }
    public required string EmbeddingModel { get; init; }
    public required string MessagesModel { get; init; }
    public required string GeminiModel { get; init; }
    public required SimulatorAdmin Simulator { get; init; }
}
