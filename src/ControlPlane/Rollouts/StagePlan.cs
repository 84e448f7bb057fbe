namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>Works out the stages of a rollout.</summary>
internal static class StagePlan
{
    private static readonly TimeSpan CanaryBake = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RegionBake = TimeSpan.FromMinutes(10);

    /// <summary>In the emergency lane no stage bakes for longer.</summary>
    public static readonly TimeSpan EmergencyBakeMax = TimeSpan.FromSeconds(30);

    /// <summary>The first bundle of a fleet goes everywhere at once: there is nothing to lose, and nothing to go back to.</summary>
    public static IReadOnlyList<StageState> First() => [new StageState { Kind = StageKind.All, Bake = TimeSpan.Zero }];

    /// <param name="regions">Every region that serves; those the rules do not name come last, in the order of their names.</param>
    public static IReadOnlyList<StageState> Of(RolloutRules rules, IEnumerable<string> regions, RolloutLane lane)
    {
        var all = regions.Order(StringComparer.Ordinal).ToList();
        var stages = rules.Stages.Where(stage => all.Contains(stage.Region))
            .Select(stage => new StageState { Kind = stage.Canary ? StageKind.Canary : StageKind.Region, Region = stage.Region, Bake = stage.Bake }).ToList();
        var rest = all.Except(stages.Where(stage => stage.Kind == StageKind.Region).Select(stage => stage.Region!), StringComparer.Ordinal).ToList();
        var restBake = rules.Stages.LastOrDefault(stage => !stage.Canary)?.Bake ?? (rules.Stages.Count > 0 ? rules.Stages[^1].Bake : RegionBake);
        stages.AddRange(rest.Select(region => new StageState { Kind = StageKind.Region, Region = region, Bake = restBake }));
        if (stages is [{ Kind: StageKind.Region } first, ..])
        {
            // Whatever the rules say, one edge goes first.
            stages.Insert(0, new StageState { Kind = StageKind.Canary, Region = first.Region, Bake = rules.Stages.Count > 0 ? first.Bake : CanaryBake });
        }

        return lane == RolloutLane.Emergency ? [.. stages.Select(stage => stage with { Bake = Shorter(stage.Bake) })] : stages;
    }

    /// <summary>A region that missed a rollout: its canary, then the rest of it.</summary>
    public static IReadOnlyList<StageState> Owed(RolloutRules rules, string region) =>
    [
        new StageState
        {
            Kind = StageKind.Canary, Region = region, Bake = rules.Stages.OrderBy(stage => stage.Canary ? 0 : 1).FirstOrDefault()?.Bake ?? CanaryBake,
        },
        new StageState
        {
            Kind = StageKind.Region, Region = region, Bake = rules.Stages.FirstOrDefault(stage => !stage.Canary && stage.Region == region)?.Bake
                ?? rules.Stages.LastOrDefault(stage => !stage.Canary)?.Bake ?? (rules.Stages.Count > 0 ? rules.Stages[^1].Bake : RegionBake),
        },
    ];

    private static TimeSpan Shorter(TimeSpan bake) => bake < EmergencyBakeMax ? bake : EmergencyBakeMax;
}
