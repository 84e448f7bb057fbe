namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>Edges never go back: where one holds a higher pointer than the store knows of, the store is the one that is wrong.</summary>
internal static class Heights
{
    public const string StoreRewound = "store rewound";

    /// <summary>Gives every edge that holds more than it is told a pointer above it.</summary>
    public static void Rise(RolloutTurn turn)
    {
        var rewound = turn.View.Edges.Where(edge => edge.Connected).Select(edge => edge.Held).DefaultIfEmpty().Max();
        if (rewound > turn.State.Sequence)
        {
            turn.Set(turn.State with { Sequence = rewound });
            if (turn.State.Running is { } rollout)
            {
                Endings.GoBack(turn, rollout, RolloutStatus.Aborted, StoreRewound, "rollout");
            }
        }

        foreach (var edge in turn.View.Edges.Where(edge => edge.Connected))
        {
            // The same number for two bundles: a restored store has handed it out again.
            if (turn.Told(edge) is { } told && (edge.Held > told.Sequence || (edge.Held == told.Sequence && edge.HeldBundle is { } other && other != told.Bundle)))
            {
                turn.Move(edge.HeldAudience == edge.Id ? edge.Id : edge.Region, told.Bundle, told.ContentHash);
            }
        }
    }

    /// <summary>
    /// The store may be older than the fleet. Each cohort keeps the highest pointer that was shown, an open rollout is over, and all cohorts
    /// return to one bundle: the one that all regions have, else what was good when the newest pointer of a region was written.
    /// </summary>
    public static void TakeBack(RolloutTurn turn, IReadOnlyDictionary<string, CohortPointer> held, Func<string, RolloutBundle?> known)
    {
        var state = turn.State;
        var newer = held.Where(shown => state.Cohorts.GetValueOrDefault(shown.Key) is not { } kept || shown.Value.Sequence > kept.Sequence
            || (shown.Value.Sequence == kept.Sequence && shown.Value.Bundle != kept.Bundle)).ToList();
        if (newer.Count == 0 || !newer.Exists(shown => shown.Value.Sequence >= state.Sequence))
        {
            return;
        }

        var cohorts = new Dictionary<string, CohortPointer>(state.Cohorts, StringComparer.Ordinal);
        foreach (var (cohort, pointer) in newer)
        {
            cohorts[cohort] = pointer;
        }

        turn.Set(state with { Cohorts = cohorts, Sequence = Math.Max(state.Sequence, newer.Max(shown => shown.Value.Sequence)) });
        var regions = cohorts.Where(cohort => Regions.IsRegion(cohort.Key)).Select(cohort => cohort.Value).ToList();
        var agreed = regions.Select(pointer => pointer.Bundle).Distinct(StringComparer.Ordinal).ToList() is [var only]
            ? only
            : regions.MaxBy(pointer => pointer.Sequence)?.LastGood ?? state.LastGood?.Bundle;
        var good = agreed is null ? null : agreed == state.LastGood?.Bundle ? state.LastGood : known(agreed);
        if (turn.State.Running is { } rollout)
        {
            Endings.End(turn, rollout, RolloutStatus.Aborted, StoreRewound, null, "rollout");
        }

        if (good is not null)
        {
            turn.Set(turn.State with { LastGood = good, GoodBefore = good.Bundle == state.LastGood?.Bundle ? state.GoodBefore : state.LastGood, Owed = [] });
        }

        foreach (var (cohort, pointer) in turn.State.Cohorts.OrderBy(cohort => cohort.Key, StringComparer.Ordinal).ToList())
        {
            // Without its parts, which are on edges' disks only, a bundle is served on where it is, but nothing can be sent there.
            var (bundle, contentHash) = good is null ? (pointer.Bundle, pointer.ContentHash) : (good.Bundle, good.ContentHash);
            var twice = state.Cohorts.GetValueOrDefault(cohort) is { } kept && kept.Sequence == pointer.Sequence && kept.Bundle != pointer.Bundle;
            if (pointer.Bundle != bundle || twice || cohorts.Values.Count(other => other.Sequence == pointer.Sequence) > 1)
            {
                turn.Move(cohort, bundle, contentHash);
            }
        }
    }
}
