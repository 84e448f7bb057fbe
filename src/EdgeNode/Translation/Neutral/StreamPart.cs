using GlobalGateway.EdgeNode.Metering;

namespace GlobalGateway.EdgeNode.Translation.Neutral;

/// <summary>One step of a streamed answer in the gateway's own words.</summary>
/// <param name="Index">Of a tool call: 0 for the answer's first, counted up.</param>
/// <param name="Text">The fragment; of a tool call its arguments, of a start the answer's id.</param>
/// <param name="Name">The tool's name, or the model of a start.</param>
public readonly record struct StreamPart(StreamPartKind Kind, int Index = 0, string Text = "", string? Id = null, string? Name = null, StopKind Stop = default, Usage Usage = default, Citation? Citation = null)
{
    /// <summary>Which of several answers it belongs to; 0 unless more than one was asked for.</summary>
    public int Candidate { get; init; }

    /// <summary>Of a text: its tokens' probabilities, where they were asked for.</summary>
    public IReadOnlyList<TokenProbability>? LogProbs { get; init; }
}

public enum StreamPartKind
{
    /// <summary>The answer begins: id and model.</summary>
    Start,
    Text,

    /// <summary>A source of the text so far; its places count from the answer's first character.</summary>
    Citation,
    Reasoning,

    /// <summary>The signature of the reasoning before it.</summary>
    ReasoningSignature,

    /// <summary>Thinking that only its provider can read.</summary>
    RedactedReasoning,
    Refusal,

    /// <summary>A tool call begins: index, id and name.</summary>
    ToolStart,

    /// <summary>A fragment of the arguments of the call with that index.</summary>
    ToolArguments,

    /// <summary>The answer is complete; only usage may follow.</summary>
    Finish,

    /// <summary>What has been counted; cumulative, the last one stands.</summary>
    Usage,

    /// <summary>The provider's end mark.</summary>
    End,
}
