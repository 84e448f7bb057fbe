namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>How rollouts end.</summary>
internal static class Endings
{
    /// <summary>Every touched cohort returns to what was good before.</summary>
    public static void GoBack(RolloutTurn turn, Rollout rollout, RolloutStatus status, string reason, string who, string? evidence = null)
    {
        if (rollout.From is { } good)
        {
            foreach (var cohort in rollout.Touched)
            {
                // A canary whose region was touched after it has no pointer of its own any more.
                if (turn.State.Cohorts.GetValueOrDefault(cohort) is { } pointer && pointer.Bundle == rollout.Bundle.Bundle)
                {
                    turn.Move(cohort, good.Bundle, good.ContentHash);
                }
            }
        }

        End(turn, rollout, status, reason, evidence, who);
        if (rollout.Lane == RolloutLane.Owed)
        {
            // It would fail again as soon as an edge is there; the next rollout covers the region anyway.
            turn.Set(turn.State with { Owed = [.. turn.State.Owed.Where(region => !rollout.Stages.Any(stage => stage.Region == region))] });
        }
        else if (status == RolloutStatus.RolledBack || (status == RolloutStatus.Aborted && reason != Heights.StoreRewound))
        {
            Refuse(turn, rollout.Bundle.ContentHash);
        }
    }

    public static void Complete(RolloutTurn turn, Rollout rollout)
    {
        if (rollout.Lane != RolloutLane.Owed)
        {
            turn.Set(turn.State with
            {
                LastGood = rollout.Bundle,
                GoodBefore = turn.State.LastGood ?? turn.State.GoodBefore,
                Refused = [.. turn.State.Refused.Where(hash => hash != rollout.Bundle.ContentHash)],
            });
            ForgetRegions(turn, rollout.Bundle);
        }

        var good = turn.State.LastGood!;
        turn.Set(turn.State with
        {
            Owed = [.. turn.State.Cohorts.Where(cohort => Regions.IsRegion(cohort.Key) && cohort.Value.Bundle != good.Bundle).Select(cohort => cohort.Key).Order(StringComparer.Ordinal)],
        });
        End(turn, rollout, RolloutStatus.Completed, null, null, "rollout");
    }

    public static void End(RolloutTurn turn, Rollout rollout, RolloutStatus status, string? reason, string? evidence, string who)
    {
        var stages = rollout.Stages.ToList();
        if (status != RolloutStatus.Completed && rollout.Stage < stages.Count && stages[rollout.Stage].Status == StageStatus.Runs)
        {
            stages[rollout.Stage] = stages[rollout.Stage] with { Status = StageStatus.Failed, WaitsForPromote = false };
        }

        var ended = rollout with { Status = status, Reason = reason, Evidence = evidence, EndedAt = turn.View.Now, Stages = [.. stages.Select(stage => stage with { Before = null })] };
        turn.End(ended);
        turn.Tell(
            status switch
            {
                RolloutStatus.Completed => "rollout.completed",
                RolloutStatus.RolledBack => "rollout.rolledBack",
                RolloutStatus.Superseded => "rollout.superseded",
                _ => "rollout.aborted",
            },
            who,
            ended,
            evidence is null ? reason : $"{reason}; {evidence}");
    }

    /// <summary>The content is not rolled out again by itself.</summary>
    public static void Refuse(RolloutTurn turn, string contentHash) => turn.Set(turn.State with
    {
        Refused = [contentHash, .. turn.State.Refused.Where(hash => hash != contentHash).Take(RolloutState.RefusedMax - 1)],
    });

    /// <summary>A region that the configuration no longer names and that has no edge is no cohort any more.</summary>
    private static void ForgetRegions(RolloutTurn turn, RolloutBundle bundle)
    {
        if (bundle.Regions.Count == 0)
        {
            return;
        }

        foreach (var region in turn.State.Cohorts.Keys.Where(Regions.IsRegion).Where(region => !Regions.Serving(turn, bundle).Contains(region)).ToList())
        {
            turn.Forget(region);
        }
    }
}
