namespace GlobalGateway.EdgeNode.Streaming;

/// <summary>What one event of a provider's stream means to the relay.</summary>
[Flags]
public enum EventMeaning
{
    /// <summary>Keep-alive, comment or frame without content.</summary>
    None = 0,

    /// <summary>The provider makes progress: resets the watchdogs.</summary>
    Progress = 1,

    /// <summary>Content a client can see: the answer is committed to this target.</summary>
    Semantic = 2,

    /// <summary>The stream's own end mark: without it the answer is cut.</summary>
    Terminator = 4,

    /// <summary>The provider reports an error inside the stream.</summary>
    Error = 8,

    /// <summary>Not valid for its dialect.</summary>
    Malformed = 16,

    /// <summary>Asked for by the gateway, not by the client: not passed on.</summary>
    Withheld = 32,
}
