namespace GlobalGateway.Faults.Fleet;

/// <summary>A model of its own with two targets, so that breakers, cooldowns and budgets of one test disturb no other.</summary>
/// <param name="Model">The name clients send.</param>
/// <param name="First">The vendor asked first: the one that meets faults.</param>
/// <param name="Healthy">The vendor behind it.</param>
/// <param name="Port">Where the first is reached; absent is the simulator with faults itself.</param>
public sealed record Lane(string Model, Upstream First, Upstream Healthy, int? Port = null)
{
    /// <summary>The targets embed instead of chatting.</summary>
    public bool Embeds { get; init; }

    /// <summary>When a waiting client is first shown that it is served; absent is the shipped time.</summary>
    public TimeSpan? KeepAliveAfter { get; init; }

    /// <summary>Answers that break off go on at the other target.</summary>
    public bool Continues { get; init; }

    /// <summary>Requests one lane takes: with a repeat each, fewer calls than open a breaker.</summary>
    public const int RequestsMax = 8;

    /// <summary>The provider that meets faults.</summary>
    public string FirstProvider => $"{Model}-first";
}
