namespace GlobalGateway.ProviderSimulator.Answers;

internal enum FrameRole
{
    /// <summary>Carries no meaning yet: role-only deltas, message_start, response.created.</summary>
    Preamble,

    /// <summary>One token; pacing and content faults count these.</summary>
    Content,

    /// <summary>Finish reasons and usage.</summary>
    Closing,

    /// <summary>What says that the stream is whole: [DONE], message_stop, response.completed.</summary>
    Terminator,
}

/// <summary>One server-sent event as bytes, with its closing blank line.</summary>
internal readonly record struct StreamFrame(byte[] Bytes, FrameRole Role);
