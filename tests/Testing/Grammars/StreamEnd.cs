namespace GlobalGateway.Testing.Grammars;

/// <summary>How a stream is expected to end.</summary>
public enum StreamEnd
{
    /// <summary>Whole, with its dialect's end mark.</summary>
    Complete,

    /// <summary>With its dialect's error event, and no end mark.</summary>
    Error,

    /// <summary>Anywhere: only what is there must be right so far.</summary>
    Any,
}
