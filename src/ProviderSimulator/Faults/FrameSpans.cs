using GlobalGateway.ProviderSimulator.Answers;

namespace GlobalGateway.ProviderSimulator.Faults;

/// <summary>Finds frames by what they carry.</summary>
internal static class FrameSpans
{
    public static int IndexOfAnyContent(this Span<StreamFrame> frames)
    {
        for (var index = 0; index < frames.Length; index++)
        {
            if (frames[index].Role == FrameRole.Content)
            {
                return index;
            }
        }
        return -1;
    }
}
