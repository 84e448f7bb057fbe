namespace GlobalGateway.ControlPlane.Usage;

/// <summary>How much of usage is asked of edges at once, and how long for.</summary>
public static class UsageLimits
{
    /// <summary>Of one answer; whoever needs more asks for a shorter time or fewer columns.</summary>
    public const int AnswerBytesMax = 8 * 1024 * 1024;

    /// <summary>Questions at once of this control plane.</summary>
    public const int AtOnceMax = 4;

    /// <summary>Edges asked until one answers.</summary>
    public const int EdgesMax = 3;

    public static readonly TimeSpan EdgePatience = TimeSpan.FromSeconds(10);
}
