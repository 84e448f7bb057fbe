using FsCheck;
using FsCheck.Fluent;
using GlobalGateway.ControlPlane.Gates;
using GlobalGateway.ControlPlane.Rollouts;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ControlPlane.Rollouts;

/// <summary>Random histories: edges that come, go, crash and refuse, operators, new commits, new leaders and stores set back.</summary>
public sealed class RolloutMachineProperties
{
    private const int Histories = 150;
    private static readonly string[] RegionNames = ["a", "b", "c"];

    [Fact]
    public void AnyHistory_KeepsItsPromises() =>
        Prop.ForAll(Gen.Choose(0, 1_000_000).ListOf(120).ToArbitrary(), events => Run(events, rewinds: false))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Histories));

    [Fact]
    public void AnyHistory_WithStoresSetBack_NeverAsksAnEdgeToGoBack() =>
        Prop.ForAll(Gen.Choose(0, 1_000_000).ListOf(120).ToArbitrary(), events => Run(events, rewinds: true))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Histories));

    private static void Run(IReadOnlyList<int> events, bool rewinds)
    {
        var fleet = new SimulatedFleet();
        foreach (var region in RegionNames)
        {
            fleet.Add(region, "edge-1");
            fleet.Add(region, "edge-2");
        }

        var commits = 0;
        foreach (var number in events)
        {
            var edges = fleet.Edges.ToList();
            var edge = edges[number / 100 % edges.Count];
            var before = fleet.State;
            var moves = fleet.Moves.Count;
            var ended = fleet.Ended.Count;
            var heights = edges.ToDictionary(other => other.Id, other => other.Held?.Sequence ?? 0);
            switch (number % 100)
            {
                case < 8:
                    fleet.Waiting = Wanted(fleet, $"v{++commits}", number);
                    fleet.Step();
                    break;
                case < 40:
                    if (edge.Connected)
                    {
                        fleet.Tell(edge);
                    }

                    fleet.Step();
                    break;
                case < 48:
                    edge.Leave(TimeSpan.Zero, goodbye: number % 2 == 0);
                    fleet.Step();
                    break;
                case < 60:
                    edge.Return(restarted: number % 2 == 0);
                    fleet.Step();
                    break;
                case < 63:
                    edge.Crash();
                    fleet.Step();
                    break;
                case < 66:
                    edge.Bad.Add($"v{commits}");
                    break;
                case < 68:
                    edge.Draining = !edge.Draining;
                    fleet.Step();
                    break;
                case < 80:
                    fleet.Verdict = new GateVerdict((GateOutcome)(number / 100 % 5 == 0 ? 2 : number / 100 % 2), "numbers");
                    fleet.Step();
                    break;
                case < 90:
                    fleet.Advance(TimeSpan.FromMinutes(number / 100 % 12));
                    fleet.Step();
                    break;
                case < 96:
                    fleet.Step(new RolloutCommand
                    {
                        Kind = (RolloutCommandKind)(number / 100 % 6), Number = before.Current?.Number ?? 0, By = "jane", Bundle = Wanted(fleet, $"v{1 + (number / 700 % Math.Max(1, commits))}", number),
                    });
                    break;
                case < 98:
                    fleet.ChangeLeader();
                    fleet.Step();
                    break;
                default:
                    if (rewinds)
                    {
                        fleet.Rewind(fleet.StateBefore(number / 100 % 30), hears: number % 3 != 0);
                        fleet.Step();
                        CheckEdges(fleet, heights);
                        continue;
                    }

                    break;
            }

            CheckStep(fleet, before, fleet.Moves.Skip(moves).ToList(), fleet.Ended.Skip(ended).ToList(), rewinds);
            CheckEdges(fleet, heights);
        }
    }

    private static void CheckStep(SimulatedFleet fleet, RolloutState before, List<PointerMove> moves, List<Rollout> endings, bool rewinds)
    {
        var after = fleet.State;

        // Numbers only rise, and the state knows every pointer.
        after.Sequence.ShouldBeGreaterThanOrEqualTo(before.Sequence);
        after.Cohorts.Values.ShouldAllBe(pointer => pointer.Sequence <= after.Sequence);
        after.Cohorts.Values.Select(pointer => pointer.Sequence).ShouldBeUnique();

        // Never a region ahead of its gate: what points a region to the new bundle is a stage whose predecessors have passed.
        if (after.Running is { From: not null } rollout)
        {
            foreach (var move in moves.Where(move => move.Bundle == rollout.Bundle.Bundle && rollout.Lane != RolloutLane.Owed && move.Bundle != rollout.From.Bundle))
            {
                // A canary that rises above what an edge holds stays with its own edge.
                if (Regions.IsRegion(move.Cohort) && before.Cohorts.GetValueOrDefault(move.Cohort)?.Bundle != move.Bundle)
                {
                    var stage = rollout.Stages.ToList().FindIndex(stage => stage.Kind == StageKind.Region && stage.Region == move.Cohort);
                    stage.ShouldBeInRange(0, rollout.Stage);
                    rollout.Stages.Take(stage).ShouldAllBe(earlier => earlier.Status == StageStatus.Passed || earlier.Status == StageStatus.Skipped);
                    rollout.Stages[0].Kind.ShouldBe(StageKind.Canary);
                    rollout.Stages[0].Status.ShouldBe(StageStatus.Passed);
                }
            }
        }

        // A rollout that ended in any other way has left nothing behind.
        foreach (var ended in endings.Where(ended => ended.Status != RolloutStatus.Completed && ended.From is not null))
        {
            if (after.Current!.Number == ended.Number)
            {
                after.Cohorts.Where(cohort => ended.Touched.Contains(cohort.Key)).ShouldAllBe(cohort => cohort.Value.Bundle != ended.Bundle.Bundle || ended.Bundle.Bundle == ended.From!.Bundle);
            }
        }

        // Last good changes only when every stage is over.
        if (!rewinds && after.LastGood?.Bundle != before.LastGood?.Bundle)
        {
            var completed = fleet.Ended[^1].Status == RolloutStatus.Completed ? fleet.Ended[^1] : fleet.Ended[^2];
            completed.Bundle.Bundle.ShouldBe(after.LastGood!.Bundle);
            completed.Stages.ShouldAllBe(stage => stage.Status == StageStatus.Passed || stage.Status == StageStatus.Skipped);
        }

        // While nothing runs, a region serves last good, or is owed it, or failed to take what it was owed.
        if (!rewinds && after.Running is null && after.LastGood is { } good)
        {
            var failed = fleet.Ended.Where(ended => ended.Lane == RolloutLane.Owed && ended.Status != RolloutStatus.Completed).SelectMany(ended => ended.Touched).Select(cohort => cohort.Split('.')[0]);
            after.Cohorts.Where(cohort => Regions.IsRegion(cohort.Key) && cohort.Value.Bundle != good.Bundle).Select(cohort => cohort.Key).Except(failed)
                .ShouldBeSubsetOf(after.Owed);
        }
    }

    private static void CheckEdges(SimulatedFleet fleet, Dictionary<string, long> heights)
    {
        foreach (var edge in fleet.Edges)
        {
            (edge.Held?.Sequence ?? 0).ShouldBeGreaterThanOrEqualTo(heights[edge.Id]);

            // What a connected edge is told is never below what it holds, once the leader has looked.
            if (edge.Connected && RolloutTurn.Told(fleet.State, edge.Region, edge.Name) is { } told)
            {
                told.Sequence.ShouldBeGreaterThanOrEqualTo(edge.Held?.Sequence ?? 0);
            }
        }
    }

    private static WaitingBundle Wanted(SimulatedFleet fleet, string name, int number)
    {
        var bake = number / 1_000 % 3 == 0 ? TimeSpan.Zero : TimeSpan.FromMinutes(5);
        var bundle = fleet.Bundles.GetValueOrDefault(name)
            ?? SimulatedFleet.Bundle(name, new RuleStage(true, "a", bake), new RuleStage(false, "a", bake), new RuleStage(false, RegionNames[1 + (number % 2)], bake));
        fleet.Bundles[name] = bundle;
        return new WaitingBundle { Bundle = bundle, AskedBy = "git", Emergency = number / 300 % 5 == 0, Supersede = number / 500 % 4 == 0, Rollback = number / 700 % 5 == 0 };
    }
}
