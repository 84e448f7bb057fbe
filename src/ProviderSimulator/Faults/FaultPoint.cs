using GlobalGateway.ProviderSimulator.Answers;

namespace GlobalGateway.ProviderSimulator.Faults;

/// <summary>Where in a stream a fault happens.</summary>
internal static class FaultPoint
{
    /// <summary>How many frames are sent before it: by events, by events with content, or as the fault's type has it.</summary>
    public static int FramesBefore(Fault fault, ReadOnlySpan<StreamFrame> frames, int contentDefault)
    {
        if (fault.BeforeTerminator)
        {
            var at = 0;
            while (at < frames.Length && frames[at].Role != FrameRole.Terminator)
            {
                at++;
            }
            return at;
        }
        if (fault.AfterEvents is { } events)
        {
            return Math.Min(events, frames.Length);
        }
        var left = fault.AfterContentEvents ?? contentDefault;
        var afterLast = 0;
        for (var index = 0; index < frames.Length; index++)
        {
            if (frames[index].Role != FrameRole.Content)
            {
                continue;
            }
            if (left-- == 0)
            {
                return index;
            }
            afterLast = index + 1;
        }
        // With fewer content events than asked for, it happens after the last of them.
        return afterLast;
    }
}
