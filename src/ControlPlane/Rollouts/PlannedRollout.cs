using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>The stages that a change would take if it began now.</summary>
public static class PlannedRollout
{
    /// <param name="serving">Its rules govern the change that follows it; absent in a fleet that serves nothing yet.</param>
    public static IReadOnlyList<PlannedStage> Of(RolloutBundle? serving, ResourceSet proposed)
    {
        var stages = serving is null ? StagePlan.First() : StagePlan.Of(serving.Rules, proposed.Regions.Select(region => region.Name).Union(serving.Regions, StringComparer.Ordinal), RolloutLane.Normal);
        return [.. stages.Select(stage => new PlannedStage(Progress.Name(stage), stage.Kind, stage.Region, stage.Bake.TotalSeconds))];
    }
}

/// <param name="Name">Such as <c>us-east canary</c>.</param>
public sealed record PlannedStage(string Name, StageKind Kind, string? Region, double BakeSeconds);
