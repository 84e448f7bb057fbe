namespace GlobalGateway.EdgeNode.Embeddings;

/// <summary>A request for embeddings in the gateway's own words.</summary>
public sealed record EmbeddingRequest
{
    public required IReadOnlyList<EmbeddingInput> Inputs { get; init; }

    /// <summary>Absent: as many as the model has.</summary>
    public long? Dimensions { get; init; }

    /// <summary>What the vectors are for, in Gemini's words; other providers have none.</summary>
    public string? TaskType { get; init; }

    /// <summary>Fields that the neutral form does not hold: named to the client when they are dropped.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];
}

/// <summary>One text, or the numbers of its tokens, which only the tokeniser's owner can read.</summary>
public readonly record struct EmbeddingInput(string? Text, IReadOnlyList<long>? Tokens = null, string? Title = null);
