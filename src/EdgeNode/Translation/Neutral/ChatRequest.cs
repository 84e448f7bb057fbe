using System.Text.Json;

namespace GlobalGateway.EdgeNode.Translation.Neutral;

/// <summary>A chat-like request in the gateway's own words: what every dialect can say, and nothing of how it says it.</summary>
public sealed record ChatRequest
{
    /// <summary>In order; system text first, roles as they came.</summary>
    public required IReadOnlyList<Turn> Turns { get; init; }

    public IReadOnlyList<ToolSpec> Tools { get; init; } = [];
    public ToolChoice? ToolChoice { get; init; }

    /// <summary>Absent: the provider's default.</summary>
    public bool? ParallelTools { get; init; }

    public bool Stream { get; init; }

    /// <summary>The client wants usage in its stream, where its dialect makes that a choice.</summary>
    public bool WantsUsage { get; init; }

    /// <summary>Absent: the provider's default, or the target's limit where the provider demands one.</summary>
    public long? MaxOutputTokens { get; init; }

    /// <summary>Set for one target: what thinking and answer together may not exceed, whatever a dialect would add for thinking.</summary>
    public long? OutputCeiling { get; init; }

    public double? Temperature { get; init; }
    public double? TopP { get; init; }
    public long? TopK { get; init; }
    public double? FrequencyPenalty { get; init; }
    public double? PresencePenalty { get; init; }
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Answers wanted; 1 unless stated.</summary>
    public int Candidates { get; init; } = 1;

    /// <summary>Absent: none. Otherwise how many alternatives per token, 0 for only the chosen one's.</summary>
    public int? TopLogProbs { get; init; }

    public OutputFormat? Format { get; init; }
    public Reasoning? Reasoning { get; init; }

    /// <summary>Set for one target: the tool whose arguments are the answer.</summary>
    public string? AnswerTool { get; init; }

    /// <summary>Fields that change no answer and that the neutral form does not hold: named to the client when they are dropped.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];
}

public enum TurnRole
{
    System,
    User,
    Assistant,
}

/// <summary>One message; results of tools are parts of a user turn.</summary>
public sealed record Turn(TurnRole Role, IReadOnlyList<Part> Parts);

/// <summary>A piece of a message.</summary>
public abstract record Part;

public sealed record TextPart(string Text) : Part
{
    /// <summary>Sources that an answer names for this text.</summary>
    public IReadOnlyList<Citation> Citations { get; init; } = [];
}

/// <summary>A source of an answer.</summary>
/// <param name="Start">Where the text that rests on it begins, in characters; absent for all of it.</param>
/// <param name="End">Where that text ends.</param>
/// <param name="Quote">Words of the source.</param>
public sealed record Citation(string Url, string? Title, int? Start, int? End, string? Quote);

/// <summary>A picture as bytes (<paramref name="Base64"/> with its type) or at a URL; exactly one is set.</summary>
public sealed record ImagePart(string? MediaType, string? Base64, string? Url) : Part;

/// <summary>A document as bytes or at a URL; exactly one is set.</summary>
public sealed record FilePart(string? MediaType, string? Base64, string? Url, string? Name) : Part;

/// <summary>The model calls a tool of the client.</summary>
/// <param name="Arguments">A valid JSON object as text; <c>{}</c> when there are none.</param>
public sealed record ToolCallPart(string Id, string Name, string Arguments) : Part;

public sealed record ToolResultPart(string CallId, string? Name, IReadOnlyList<Part> Content, bool IsError) : Part;

/// <summary>Thinking of the model, with the signature by which its provider knows it again.</summary>
/// <param name="Provider">Who made it; it goes back to no other.</param>
public sealed record ReasoningPart(string Text, string? Signature, string? Redacted, string? Provider) : Part;

public sealed record RefusalPart(string Text) : Part;

/// <param name="Schema">JSON schema of the arguments.</param>
public sealed record ToolSpec(string Name, string? Description, JsonElement? Schema, bool? Strict);

public enum ToolChoiceKind
{
    Auto,
    None,
    Required,
    Named,
}

public sealed record ToolChoice(ToolChoiceKind Kind, string? Name = null);

/// <summary>The form the answer must have; without a schema any JSON object.</summary>
public sealed record OutputFormat(string? Name, JsonElement? Schema, bool? Strict);

/// <summary>How much the model may think; one of the two is set.</summary>
/// <param name="Effort"><c>none</c>, <c>minimal</c>, <c>low</c>, <c>medium</c> or <c>high</c>.</param>
public sealed record Reasoning(string? Effort, long? BudgetTokens)
{
    /// <summary>How the model's thinking is to be summed up (<c>auto</c>, <c>concise</c>, <c>detailed</c>); absent where the client's dialect does not ask.</summary>
    public string? Summary { get; init; }
}
