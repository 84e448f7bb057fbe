namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>How rollouts and their stages begin.</summary>
internal static class Beginnings
{
    /// <summary>Takes what waits, if it may begin now; else a region that is owed.</summary>
    public static void Next(RolloutTurn turn)
    {
        if (turn.View.Waiting is { } waiting && turn.Begun is null)
        {
            Take(turn, waiting);
        }

        if (turn.State.Running is null && turn.View.Refuses is null && turn.State.LastGood is { } good && Returned(turn, good) is { } owed)
        {
            BeginOwed(turn, owed, good);
        }
    }

    /// <summary>Gives a region that has no pointer yet what the others serve.</summary>
    public static void Adopt(RolloutTurn turn)
    {
        var first = turn.State.Running is { From: null } running ? running.Bundle : null;
        if ((turn.State.LastGood ?? first) is not { } bundle)
        {
            return;
        }

        foreach (var region in Regions.Serving(turn, bundle).Where(region => !turn.State.Cohorts.ContainsKey(region)))
        {
            turn.Move(region, bundle.Bundle, bundle.ContentHash);
        }
    }

    public static void Begin(RolloutTurn turn, WaitingBundle waiting)
    {
        var good = turn.State.LastGood;
        var lane = waiting.Emergency ? RolloutLane.Emergency : RolloutLane.Normal;
        var stages = good is null ? StagePlan.First() : StagePlan.Of(good.Rules, Regions.Serving(turn, waiting.Bundle), lane);
        Start(turn, new Rollout
        {
            Number = (turn.State.Current?.Number ?? 0) + 1,
            Bundle = waiting.Bundle,
            From = good,
            Lane = lane,
            Status = RolloutStatus.Running,
            Stages = stages,
            Rules = good?.Rules ?? new RolloutRules(),
            AskedBy = waiting.AskedBy,
            StartedAt = turn.View.Now,
        });
    }

    /// <summary>Begins the stage that is next, skipping regions without an edge; after the last, the rollout is complete.</summary>
    public static void BeginStage(RolloutTurn turn, Rollout rollout)
    {
        while (rollout.Stage < rollout.Stages.Count)
        {
            var stage = rollout.Running;
            switch (stage.Kind)
            {
                case StageKind.All:
                    BeginAll(turn, rollout, stage);
                    return;
                case StageKind.Canary:
                    BeginCanary(turn, rollout, stage);
                    return;
            }

            var edges = turn.View.Edges.Where(edge => edge.Connected && !edge.Draining && edge.Region == stage.Region).ToList();
            if (edges.Count == 0 && MayReturn(turn, stage.Region!))
            {
                Wait(turn, rollout, stage);
                return;
            }

            if (edges.Count > 0)
            {
                turn.Move(stage.Region!, rollout.Bundle.Bundle, rollout.Bundle.ContentHash);
                turn.Set(Touch(With(rollout, Running(turn, stage, edges) with { Before = turn.View.Past(stage.Region!, rollout.Bundle.Bundle) }), stage.Region!));
                return;
            }

            rollout = With(rollout, stage with { Status = StageStatus.Skipped, Note = "no edge is connected; it is owed" }) with { Stage = rollout.Stage + 1 };
        }

        Endings.Complete(turn, rollout with { Stage = Math.Max(0, rollout.Stages.Count - 1) });
    }

    public static Rollout With(Rollout rollout, StageState stage)
    {
        var stages = rollout.Stages.ToList();
        stages[rollout.Stage] = stage;
        return rollout with { Stages = stages };
    }

    private static void Take(RolloutTurn turn, WaitingBundle waiting)
    {
        if (turn.State.Running is { } running)
        {
            if (running.Bundle.ContentHash == waiting.Bundle.ContentHash)
            {
                turn.TakesWaiting = true;
                return;
            }

            // Until the canary has passed, nothing speaks for the older change; unless an operator holds it to look at it.
            if (!waiting.Supersede && (running.Status == RolloutStatus.Paused || (running.Stages.Count > 0 && running.Running.Kind == StageKind.Region)))
            {
                return;
            }

            if (turn.View.Refuses is not null)
            {
                return;
            }

            Endings.GoBack(turn, running, RolloutStatus.Superseded, $"replaced by {waiting.Bundle.Revision}", waiting.AskedBy);
        }

        if (turn.State.LastGood?.ContentHash == waiting.Bundle.ContentHash || (!waiting.Retry && turn.State.Refused.Contains(waiting.Bundle.ContentHash)))
        {
            turn.TakesWaiting = true;
            return;
        }

        if (turn.View.Refuses is null)
        {
            turn.TakesWaiting = true;
            Begin(turn, waiting);
        }
    }

    private static void BeginOwed(RolloutTurn turn, string region, RolloutBundle good)
    {
        var before = turn.State.Cohorts[region];
        Start(turn, new Rollout
        {
            Number = (turn.State.Current?.Number ?? 0) + 1,
            Bundle = good,
            From = good with { Bundle = before.Bundle, ContentHash = before.ContentHash, Revision = Contracts.Canonical.ContentHash.Revision(before.ContentHash) },
            Lane = RolloutLane.Owed,
            Status = RolloutStatus.Running,
            Stages = StagePlan.Owed(good.Rules, region),
            Rules = good.Rules,
            AskedBy = "rollout",
            StartedAt = turn.View.Now,
        });
    }

    private static string? Returned(RolloutTurn turn, RolloutBundle good) => turn.State.Owed.FirstOrDefault(region =>
        turn.State.Cohorts.GetValueOrDefault(region) is { } pointer && pointer.Bundle != good.Bundle
        && turn.View.Edges.Any(edge => edge.Connected && !edge.Draining && edge.Region == region));

    private static void Start(RolloutTurn turn, Rollout rollout)
    {
        turn.Set(rollout);
        turn.Begun = rollout;
        turn.Tell("rollout.started", rollout.AskedBy, rollout, rollout.Bundle.Origin.Message);
        BeginStage(turn, rollout);
    }

    private static void BeginAll(RolloutTurn turn, Rollout rollout, StageState stage)
    {
        foreach (var region in Regions.Serving(turn, rollout.Bundle))
        {
            turn.Move(region, rollout.Bundle.Bundle, rollout.Bundle.ContentHash);
            rollout = Touch(rollout, region);
        }

        var edges = turn.View.Edges.Where(edge => edge.Connected && !edge.Draining).ToList();
        rollout = With(rollout, Running(turn, stage, edges));
        if (edges.Count == 0)
        {
            Progress.Pass(turn, rollout, "no edge is connected yet");
        }
        else
        {
            turn.Set(rollout);
        }
    }

    private static void BeginCanary(RolloutTurn turn, Rollout rollout, StageState stage)
    {
        if (Canary(turn, rollout, stage) is not { } edge || (edge.Region != stage.Region && MayReturn(turn, stage.Region!)))
        {
            Wait(turn, rollout, stage);
            return;
        }

        turn.Move(edge.Id, rollout.Bundle.Bundle, rollout.Bundle.ContentHash);
        turn.Set(Touch(With(rollout, Running(turn, stage, [edge]) with { Region = edge.Region, Before = turn.View.Past(edge.Id, rollout.Bundle.Bundle) }), edge.Id));
    }

    private static void Wait(RolloutTurn turn, Rollout rollout, StageState stage)
    {
        if (stage.Note is null)
        {
            turn.Set(With(rollout, stage with { Note = "waits for a connected edge" }));
        }
        else if (!ReferenceEquals(rollout, turn.State.Current))
        {
            turn.Set(rollout);
        }
    }

    /// <summary>Whether an edge of the region went a moment ago without a goodbye: streams break and are back at once, and its region is not passed over for that.</summary>
    private static bool MayReturn(RolloutTurn turn, string region) =>
        turn.View.Edges.Any(edge => edge.Region == region && !edge.Connected && !edge.LeftByItself && edge.Away < Progress.LostAfter);

    /// <summary>
    /// An edge of the stage's region, one with traffic before one without. Where none is connected there, one of another region: a canary is
    /// never skipped.
    /// </summary>
    private static EdgeFacts? Canary(RolloutTurn turn, Rollout rollout, StageState stage)
    {
        var order = rollout.Stages.Select(other => other.Region).ToList();
        return turn.View.Edges.Where(edge => edge.Connected && !edge.Draining && (rollout.Lane != RolloutLane.Owed || edge.Region == stage.Region))
            .OrderBy(edge => edge.Region == stage.Region ? -1L : (uint)order.IndexOf(edge.Region))
            .ThenBy(edge => edge.HasTraffic ? 0 : 1)
            .ThenBy(edge => edge.Id, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    private static StageState Running(RolloutTurn turn, StageState stage, IReadOnlyList<EdgeFacts> edges) => stage with
    {
        Status = StageStatus.Runs,
        StartedAt = turn.View.Now,
        Edges = [.. edges.OrderBy(edge => edge.Id, StringComparer.Ordinal).Select(edge => new CountedEdge(edge.Region, edge.Name, edge.Boot))],
        Note = null,
    };

    private static Rollout Touch(Rollout rollout, string cohort) =>
        rollout.Touched.Contains(cohort) ? rollout : rollout with { Touched = [.. rollout.Touched, cohort] };
}
