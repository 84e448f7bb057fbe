namespace GlobalGateway.EdgeNode.Routing;

/// <summary>Something that requests can be sent to, as the strategies see it.</summary>
public abstract class BalancedTarget
{
    /// <summary>How logs, metrics and headers name it: <c>openai/us/gpt-4o-mini</c>.</summary>
    public required string Id { get; init; }

    public required int Weight { get; init; }

    /// <summary>Lower first.</summary>
    public required int Priority { get; init; }

    /// <summary>Shared by every snapshot that has this target.</summary>
    public required TargetState State { get; init; }
}
