namespace GlobalGateway.ProviderSimulator.Composition;

internal enum Ending { Stop, StopSequence, Length, ToolCalls, ContentFilter, Refusal }

/// <summary>One call of a tool; <paramref name="Pieces"/> join to its JSON arguments.</summary>
internal sealed record ComposedCall(string Id, string Name, string[] Pieces)
{
    public string Arguments { get; } = string.Concat(Pieces);
}

/// <summary>What the model says, before a dialect writes it: tokens join to the text.</summary>
internal sealed record Composed
{
    public required string[] Tokens { get; init; }
    public IReadOnlyList<ComposedCall> Calls { get; init; } = [];
    public string[] Thinking { get; init; } = [];
    public Ending Ending { get; init; }
    public string? StopSequence { get; init; }
    public int ReasoningTokens { get; init; }

    public string Text => string.Concat(Tokens);
    public int CompletionTokens => Tokens.Length + Thinking.Length + ReasoningTokens + Calls.Sum(static call => 8 + call.Pieces.Length);
}
