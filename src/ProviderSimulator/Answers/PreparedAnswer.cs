using GlobalGateway.ProviderSimulator.Composition;

namespace GlobalGateway.ProviderSimulator.Answers;

/// <summary>An answer ready to be sent, immutable: a body, or the frames of a stream. The same request bytes share one.</summary>
internal sealed class PreparedAnswer
{
    public const string Json = "application/json";
    public const string EventStream = "text/event-stream; charset=utf-8";

    public int Status { get; init; } = 200;
    public string ContentType { get; init; } = Json;
    public byte[] Body { get; init; } = [];
    public StreamFrame[]? Frames { get; init; }

    /// <summary>The model the request named; what fault and latency rules match.</summary>
    public string? Model { get; init; }

    /// <summary>The text that a fault rule's <c>promptContains</c> looks at.</summary>
    public string PromptText { get; init; } = "";

    /// <summary>Tokens the answer takes to write: a non-streaming one waits as long as a stream of them.</summary>
    public int Tokens { get; init; }

    public Directives Directives { get; init; } = Directives.None;

    /// <summary>Set when the answer's request may not be answered from the cache.</summary>
    public bool DependsOnState { get; init; }

    /// <summary>Kept under its id when sent, as the vendor does for <c>store: true</c>.</summary>
    public StoredResponse? Stored { get; init; }

    public bool IsError => Status >= 400;

    /// <summary>All frames as one buffer, for a stream that nothing paces.</summary>
    public byte[] WholeStream => _wholeStream ??= Frames is null ? [] : [.. Frames.SelectMany(static frame => frame.Bytes)];

    private byte[]? _wholeStream;

    public PreparedAnswer WithBody(byte[] body) => new() { Status = Status, ContentType = ContentType, Body = body, Model = Model, PromptText = PromptText, DependsOnState = DependsOnState };
}
