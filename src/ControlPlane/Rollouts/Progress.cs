using System.Globalization;
using GlobalGateway.ControlPlane.Gates;

namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>How a running stage passes or fails.</summary>
internal static class Progress
{
    /// <summary>An edge that went without a word and is not back by then has died.</summary>
    public static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(5);

    /// <summary>A new leader gives edges it has not seen yet this long to find a control plane.</summary>
    public static readonly TimeSpan FindsPlaneWithin = TimeSpan.FromSeconds(15);

    public static void Continue(RolloutTurn turn)
    {
        if (turn.State.Running is not { } rollout || turn.Begun is not null || !turn.IsSeen(rollout))
        {
            return;
        }

        if (rollout.Stages.Count == 0 || rollout.Running.Status == StageStatus.Waits)
        {
            if (rollout.Status == RolloutStatus.Running)
            {
                Beginnings.BeginStage(turn, rollout);
            }

            return;
        }

        if (Failure(turn, rollout) is { } failure)
        {
            Endings.GoBack(turn, rollout, RolloutStatus.RolledBack, $"{Name(rollout.Running)}: {failure}", "rollout", turn.View.Verdict?.Evidence);
            return;
        }

        if (rollout.Status == RolloutStatus.Running)
        {
            Bake(turn, rollout);
        }
    }

    /// <summary>Why the rollout must go back; absent while nothing speaks against it.</summary>
    public static string? Failure(RolloutTurn turn, Rollout rollout)
    {
        if (turn.View.Edges.FirstOrDefault(edge => Refuses(turn, edge, rollout)) is { } refusing)
        {
            return $"{refusing.Region}/{refusing.Name} refuses it: {refusing.RefusedWhy ?? "no reason given"}";
        }

        var dead = rollout.Stages.SelectMany(stage => stage.Edges).DistinctBy(edge => (edge.Region, edge.Name, edge.Boot))
            .Where(edge => Died(turn, edge) && (Find(turn, edge) is not null || rollout.Running.Edges.Contains(edge))).ToList();
        if (dead.Count > rollout.Rules.Gates.Restarts)
        {
            return $"{dead[0].Region}/{dead[0].Name} died while serving it ({dead.Count} restarts, {rollout.Rules.Gates.Restarts} are allowed)";
        }

        if (rollout.Running.Probe is { } probe
            && turn.View.Edges.FirstOrDefault(edge => edge.Probe == probe && edge.ProbeFailures.Count > 0 && IsCounted(rollout.Running, edge)) is { } probed)
        {
            return $"a request sent to itself by {probed.Region}/{probed.Name} failed: {probed.ProbeFailures[0]}"
                + (probed.ProbeFailures.Count > 1 ? $" and {probed.ProbeFailures.Count - 1} more" : "");
        }

        return turn.View.Verdict is { Outcome: GateOutcome.Fail } verdict ? verdict.Reason : null;
    }

    public static void Pass(RolloutTurn turn, Rollout rollout, string? note)
    {
        var passed = Beginnings.With(rollout, rollout.Running with { Status = StageStatus.Passed, WaitsForPromote = false, Note = note, Before = null });
        Beginnings.BeginStage(turn, passed with { Stage = passed.Stage + 1 });
    }

    /// <summary>Such as <c>us-east canary</c>.</summary>
    public static string Name(StageState stage) => stage.Kind switch
    {
        StageKind.Canary => $"{stage.Region} canary",
        StageKind.Region => stage.Region!,
        _ => "all regions",
    };

    private static void Bake(RolloutTurn turn, Rollout rollout)
    {
        var stage = rollout.Running;
        if (stage.Kind == StageKind.Canary && Find(turn, stage.Edges[0]) is { Connected: false, LeftByItself: true } gone)
        {
            // It left on purpose and may be long: another one takes its place, because a canary is never skipped.
            if (rollout.From is { } good)
            {
                turn.Move(gone.Id, good.Bundle, good.ContentHash);
            }

            Beginnings.BeginStage(turn, Beginnings.With(rollout, stage with { Status = StageStatus.Waits, Edges = [], Probe = null, WaitsForPromote = false, StartedAt = null }));
            return;
        }

        if (!stage.Edges.All(edge => Serves(turn, edge)))
        {
            return;
        }

        var verdict = turn.View.Verdict ?? new GateVerdict(GateOutcome.Inconclusive);
        var canTell = stage.Bake == TimeSpan.Zero || verdict.Outcome == GateOutcome.Pass;
        if (turn.View.StageAge < stage.Bake)
        {
            return;
        }

        if (canTell)
        {
            Pass(turn, rollout, verdict.Evidence);
            return;
        }

        if (stage.Probe is null)
        {
            // A new name for each question; the answer to an older one says nothing.
            var probe = $"{rollout.Number.ToString(CultureInfo.InvariantCulture)}-{rollout.Stage.ToString(CultureInfo.InvariantCulture)}-{turn.State.Version.ToString(CultureInfo.InvariantCulture)}";
            turn.Set(Beginnings.With(rollout, stage with { Probe = probe, Note = verdict.Reason }));
            return;
        }

        var answered = stage.Edges.All(counted => Find(turn, counted) is not { Connected: true } edge || edge.Probe == stage.Probe);
        if (answered && rollout.Lane == RolloutLane.Emergency)
        {
            Pass(turn, rollout, $"{verdict.Reason}; its requests to itself succeeded");
        }
        else if (!stage.WaitsForPromote && turn.View.StageAge >= Longest(rollout))
        {
            turn.Set(Beginnings.With(rollout, stage with { WaitsForPromote = true, Note = verdict.Reason }));
        }
    }

    private static TimeSpan Longest(Rollout rollout) => rollout.Rules.MaxBake > rollout.Running.Bake ? rollout.Rules.MaxBake : rollout.Running.Bake;

    private static bool Refuses(RolloutTurn turn, EdgeFacts edge, Rollout rollout) =>
        edge.Connected && edge.Refused > 0 && turn.Told(edge) is { } told && told.Sequence == edge.Refused && told.Bundle == rollout.Bundle.Bundle;

    private static bool Serves(RolloutTurn turn, CountedEdge counted)
    {
        if (Find(turn, counted) is not { } edge || !edge.Connected)
        {
            // Gone on purpose, or one of the restarts that are allowed: the rest of the cohort decides. Within the limit it is waited for.
            return Find(turn, counted) is { LeftByItself: true } || Died(turn, counted);
        }

        return edge.Draining || (turn.Told(edge) is { } told && edge.Acknowledged >= told.Sequence && edge.Serves == told.Bundle);
    }

    private static bool Died(RolloutTurn turn, CountedEdge counted)
    {
        if (Find(turn, counted) is not { } edge)
        {
            return turn.View.StageAge >= FindsPlaneWithin;
        }

        return !edge.LeftByItself && (edge.Connected ? edge.Boot != counted.Boot : edge.Away >= LostAfter);
    }

    private static EdgeFacts? Find(RolloutTurn turn, CountedEdge counted) =>
        turn.View.Edges.FirstOrDefault(edge => edge.Region == counted.Region && edge.Name == counted.Name);

    private static bool IsCounted(StageState stage, EdgeFacts edge) => stage.Edges.Any(counted => counted.Region == edge.Region && counted.Name == edge.Name);
}
