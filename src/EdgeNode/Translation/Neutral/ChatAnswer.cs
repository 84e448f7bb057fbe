using GlobalGateway.EdgeNode.Metering;

namespace GlobalGateway.EdgeNode.Translation.Neutral;

/// <summary>A whole answer in the gateway's own words.</summary>
public sealed record ChatAnswer
{
    /// <summary>The provider's id of the answer.</summary>
    public required string Id { get; init; }

    public required string Model { get; init; }

    /// <summary>In order: reasoning, text, refusals, tool calls.</summary>
    public required IReadOnlyList<Part> Parts { get; init; }

    public required StopKind Stop { get; init; }

    /// <summary>The stop sequence that ended it, where the provider says so.</summary>
    public string? StopSequence { get; init; }

    public Usage Usage { get; init; }

    /// <summary>The tokens' probabilities, where they were asked for.</summary>
    public IReadOnlyList<TokenProbability>? LogProbs { get; init; }

    /// <summary>Further answers to the same request, where more than one was asked for; their id, model and usage are this one's.</summary>
    public IReadOnlyList<ChatAnswer> Others { get; init; } = [];

    /// <summary>An answer that calls a client's tool ends with <see cref="StopKind.ToolCalls"/>, whatever the provider called it.</summary>
    public StopKind EffectiveStop => Stop is StopKind.Stop && Parts.Any(p => p is ToolCallPart) ? StopKind.ToolCalls : Stop;
}

/// <summary>Why an answer ended.</summary>
public enum StopKind
{
    Stop,
    Length,
    ToolCalls,
    Filter,
    Refusal,
    Pause,
}

/// <summary>A token with the natural logarithm of its probability, and of the likeliest in its place.</summary>
public sealed record TokenProbability(string Token, double LogProb, IReadOnlyList<TokenProbability> Top);
