using GlobalGateway.ControlPlane.Gates;
using GlobalGateway.ControlPlane.Rollouts;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ControlPlane.Rollouts;

public sealed class RolloutMachineTests
{
    private static readonly RuleStage[] NoBake = [Canary("a"), Region("a"), Region("b"), Region("c")];
    private static readonly RuleStage[] Baked = [Canary("a", 5), Region("a", 10), Region("b", 10), Region("c", 10)];

    private readonly SimulatedFleet _fleet = new();

    public RolloutMachineTests()
    {
        foreach (var region in (string[])["a", "b", "c"])
        {
            _fleet.Add(region, "edge-1");
            _fleet.Add(region, "edge-2");
        }
    }

    [Fact]
    public void FirstBundle_OfAFleet_GoesToAllRegionsAtOnce()
    {
        Submit("v1");
        _fleet.Step();

        _fleet.Moves.Select(move => move.Cohort).ShouldBe(["a", "b", "c"]);
        _fleet.State.LastGood.ShouldBeNull();
        _fleet.Settle();
        _fleet.State.LastGood!.Revision.ShouldBe("v1");
    }

    [Fact]
    public void FirstBundle_WithoutAnyEdge_IsGoodAndWaitsForThem()
    {
        var empty = new SimulatedFleet { Waiting = Wanted("v1", NoBake) };
        empty.Step();
        empty.State.LastGood!.Revision.ShouldBe("v1");

        empty.Add("elsewhere", "edge-1");
        empty.Settle();

        empty["elsewhere.edge-1"].Held!.Bundle.ShouldBe("v1");
    }

    [Fact]
    public void Rollout_WithoutBakes_GoesThroughEveryStageInOrder()
    {
        Serve("v1", NoBake);
        Submit("v2");
        _fleet.Settle();

        _fleet.Moves.Skip(3).Select(move => move.Cohort).ShouldBe(["a.edge-1", "a", "b", "c"]);
        _fleet.State.LastGood!.Revision.ShouldBe("v2");
        _fleet.State.Current!.Status.ShouldBe(RolloutStatus.Completed);
        _fleet.Edges.ShouldAllBe(edge => edge.Held!.Bundle == "v2");
        _fleet.State.Cohorts.Keys.Order().ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public void Canary_IsAnUndrainedEdgeWithTraffic()
    {
        Serve("v1", Baked);
        _fleet["a.edge-1"].HasTraffic = true;
        _fleet["a.edge-1"].Draining = true;
        _fleet["a.edge-2"].HasTraffic = true;
        Submit("v2");
        _fleet.Step();

        _fleet.Moves[^1].Cohort.ShouldBe("a.edge-2");
    }

    [Fact]
    public void Canary_OfARegionWithoutEdges_IsInAnotherOne()
    {
        Serve("v1", Baked);
        _fleet["a.edge-1"].Leave(TimeSpan.Zero, goodbye: true);
        _fleet["a.edge-2"].Leave(TimeSpan.Zero, goodbye: true);
        Submit("v2");
        _fleet.Step();

        _fleet.Moves[^1].Cohort.ShouldBe("b.edge-1");
    }

    [Fact]
    public void Region_WhoseStreamsBrokeAMomentAgo_IsWaitedFor()
    {
        Serve("v1", Baked);
        _fleet["a.edge-1"].Leave(TimeSpan.Zero, goodbye: false);
        _fleet["a.edge-2"].Leave(TimeSpan.Zero, goodbye: false);
        var before = _fleet.Moves.Count;
        Submit("v2");
        _fleet.Step();

        _fleet.Moves.Count.ShouldBe(before);
        _fleet.State.Running!.Running.Note.ShouldBe("waits for a connected edge");

        _fleet["a.edge-2"].Return(restarted: false);
        _fleet.Step();
        _fleet.Moves[^1].Cohort.ShouldBe("a.edge-2");
    }

    [Fact]
    public void Region_WhoseEdgesStayAway_IsPassedOver()
    {
        Serve("v1", Baked);
        _fleet["a.edge-1"].Leave(TimeSpan.Zero, goodbye: false);
        _fleet["a.edge-2"].Leave(TimeSpan.Zero, goodbye: false);
        Submit("v2");
        _fleet.Step();
        _fleet.Advance(TimeSpan.FromSeconds(5));
        _fleet.Step();

        _fleet.Moves[^1].Cohort.ShouldBe("b.edge-1");
    }

    [Fact]
    public void Canary_WithNoEdgeAnywhere_IsWaitedFor()
    {
        Serve("v1", NoBake);
        foreach (var edge in _fleet.Edges)
        {
            edge.Leave(TimeSpan.Zero, goodbye: true);
        }

        Submit("v2");
        _fleet.Settle();
        _fleet.State.Running!.Running.Note.ShouldBe("waits for a connected edge");

        _fleet["c.edge-2"].Return(restarted: false);
        _fleet.Settle();
        _fleet.State.LastGood!.Revision.ShouldBe("v2");
        _fleet.State.Owed.ShouldBe(["a", "b"]);
    }

    [Fact]
    public void Stage_BakesForItsTime_AndPassesOnlyWithTheGate()
    {
        Serve("v1", Baked);
        Submit("v2");
        _fleet.Settle();
        _fleet.Verdict = new GateVerdict(GateOutcome.Pass);
        _fleet.Advance(TimeSpan.FromMinutes(4.9));
        _fleet.Settle();
        _fleet.State.Running!.Stage.ShouldBe(0);

        _fleet.Advance(TimeSpan.FromMinutes(0.2));
        _fleet.Settle();
        _fleet.State.Running!.Stage.ShouldBe(1);
    }

    [Fact]
    public void Stage_UnderANewLeader_BakesAnew()
    {
        Serve("v1", Baked);
        Submit("v2");
        _fleet.Settle();
        _fleet.Advance(TimeSpan.FromMinutes(4.9));
        _fleet.ChangeLeader();
        _fleet.Step();
        _fleet.Step();
        _fleet.Verdict = new GateVerdict(GateOutcome.Pass);
        _fleet.Advance(TimeSpan.FromMinutes(1));
        _fleet.Settle();

        _fleet.State.Running!.Stage.ShouldBe(0);
    }

    [Fact]
    public void Stage_WithTooFewRequests_AsksItsEdges_AndThenWaitsForPromote()
    {
        Serve("v1", Baked);
        Submit("v2");
        _fleet.Settle();
        _fleet.Advance(TimeSpan.FromMinutes(6));
        _fleet.Settle();
        _fleet.State.Running!.Running.Probe.ShouldNotBeNull();
        _fleet.State.Running.Running.WaitsForPromote.ShouldBeFalse();

        _fleet.Advance(TimeSpan.FromHours(2));
        _fleet.Settle();
        _fleet.State.Running!.Running.WaitsForPromote.ShouldBeTrue();

        Ask(RolloutCommandKind.Promote).Problem.ShouldBeNull();
        _fleet.State.Running!.Stage.ShouldBe(1);
    }

    [Fact]
    public void Gate_ThatFails_ReturnsEveryTouchedCohortWithTheReason()
    {
        Serve("v1", Baked);
        Submit("v2");
        PassStages(2);
        _fleet.State.Running!.Touched.ShouldBe(["a.edge-1", "a", "b"]);
        _fleet.Verdict = new GateVerdict(GateOutcome.Fail, "denials 12.4 % (control 0.1 %)", "the numbers");
        _fleet.Settle();

        var ended = _fleet.State.Current!;
        ended.Status.ShouldBe(RolloutStatus.RolledBack);
        ended.Reason.ShouldBe("b: denials 12.4 % (control 0.1 %)");
        ended.Evidence.ShouldBe("the numbers");
        ended.Stages.Select(stage => stage.Status).ShouldBe([StageStatus.Passed, StageStatus.Passed, StageStatus.Failed, StageStatus.Waits]);
        _fleet.Edges.ShouldAllBe(edge => edge.Held!.Bundle == "v1");
    }

    [Fact]
    public void Edge_ThatRefuses_EndsTheRolloutAtTheCanary()
    {
        Serve("v1", NoBake);
        _fleet["a.edge-1"].Bad.Add("v2");
        Submit("v2");
        _fleet.Settle();

        _fleet.State.Current!.Reason.ShouldBe("a canary: a/edge-1 refuses it: it is bad");
        _fleet.Moves.Skip(3).Select(move => (move.Cohort, move.Bundle)).ShouldBe([("a.edge-1", "v2"), ("a.edge-1", "v1")]);
    }

    [Fact]
    public void Edge_ThatCrashes_EndsTheRollout_ButNotOneThatWasAskedToRestart()
    {
        Serve("v1", Baked);
        Submit("v2");
        _fleet.Settle();
        _fleet["a.edge-1"].Leave(TimeSpan.Zero, goodbye: true);
        _fleet["a.edge-1"].Return(restarted: true);
        _fleet.Settle();
        _fleet.State.Running.ShouldNotBeNull();

        _fleet["a.edge-1"].Crash();
        _fleet.Settle();
        _fleet.State.Current!.Status.ShouldBe(RolloutStatus.RolledBack);
        _fleet.State.Current.Reason!.ShouldStartWith("a canary: a/edge-1 died while serving it");
    }

    [Fact]
    public void Edge_ThatStaysAway_EndsTheRolloutAfterFiveSeconds()
    {
        Serve("v1", Baked);
        Submit("v2");
        _fleet.Settle();
        _fleet["a.edge-1"].Leave(TimeSpan.Zero, goodbye: false);
        _fleet.Advance(TimeSpan.FromSeconds(4));
        _fleet.Settle();
        _fleet.State.Running.ShouldNotBeNull();

        _fleet.Advance(TimeSpan.FromSeconds(1));
        _fleet.Settle();
        _fleet.State.Current!.Status.ShouldBe(RolloutStatus.RolledBack);
        _fleet.State.Cohorts["a.edge-1"].Bundle.ShouldBe("v1");
    }

    [Fact]
    public void RolledBackBundle_IsTakenAgainOnlyOnRetry()
    {
        Serve("v1", NoBake);
        _fleet["a.edge-1"].Bad.Add("v2");
        Submit("v2");
        _fleet.Settle();
        _fleet["a.edge-1"].Bad.Clear();
        Submit("v2");
        _fleet.Settle();
        _fleet.State.LastGood!.Revision.ShouldBe("v1");
        _fleet.Waiting.ShouldBeNull();

        Ask(RolloutCommandKind.Retry, Wanted("v2", NoBake)).Problem.ShouldBeNull();
        _fleet.Settle();
        _fleet.State.LastGood!.Revision.ShouldBe("v2");
    }

    [Fact]
    public void LaterCommit_ReplacesACanary_AndWaitsForRegions()
    {
        Serve("v1", Baked);
        Submit("v2");
        _fleet.Settle();
        Submit("v3", Baked);
        _fleet.Settle();
        _fleet.Ended[^1].Status.ShouldBe(RolloutStatus.Superseded);
        _fleet.State.Running!.Bundle.Revision.ShouldBe("v3");

        PassStages(1);
        Submit("v4");
        Submit("v5");
        _fleet.Settle();
        _fleet.State.Running!.Bundle.Revision.ShouldBe("v3");
        _fleet.Waiting!.Bundle.Revision.ShouldBe("v5");

        PassStages(3);
        _fleet.State.LastGood!.Revision.ShouldBe("v3");
        _fleet.State.Running!.Bundle.Revision.ShouldBe("v5");
    }

    [Fact]
    public void LaterCommit_WhileTheCanaryIsPaused_Waits()
    {
        Serve("v1", Baked);
        Submit("v2");
        _fleet.Settle();
        Ask(RolloutCommandKind.Pause).Problem.ShouldBeNull();
        Submit("v3");
        _fleet.Settle();

        _fleet.State.Running!.Bundle.Revision.ShouldBe("v2");
        _fleet.Waiting!.Bundle.Revision.ShouldBe("v3");
    }

    [Fact]
    public void Canary_ThatLeavesOnPurpose_IsReplacedAndReturned()
    {
        Serve("v1", Baked);
        Submit("v2");
        _fleet.Settle();
        _fleet["a.edge-1"].Leave(TimeSpan.Zero, goodbye: true);
        _fleet.Settle();

        _fleet.State.Running!.Running.Edges.ShouldHaveSingleItem().Name.ShouldBe("edge-2");
        _fleet["a.edge-2"].Held!.Bundle.ShouldBe("v2");
        _fleet.State.Cohorts["a.edge-1"].Bundle.ShouldBe("v1");
    }

    [Fact]
    public void Supersede_AtALaterStage_ReturnsToLastGoodFirst()
    {
        Serve("v1", Baked);
        Submit("v2");
        PassStages(2);
        _fleet.Waiting = Wanted("v3", Baked) with { Supersede = true };
        _fleet.Settle();

        _fleet["b.edge-1"].Held!.Bundle.ShouldBe("v1");
        _fleet["a.edge-2"].Held!.Bundle.ShouldBe("v1");
        _fleet["a.edge-1"].Held!.Bundle.ShouldBe("v3");
    }

    [Fact]
    public void Commit_BackToWhatIsGood_EndsACanaryAndBeginsNothing()
    {
        Serve("v1", Baked);
        Submit("v2");
        _fleet.Settle();
        Submit("v1", Baked);
        _fleet.Settle();

        _fleet.State.Running.ShouldBeNull();
        _fleet.Edges.ShouldAllBe(edge => edge.Held!.Bundle == "v1");
    }

    [Fact]
    public void EmergencyLane_ShortensBakes_ButHasACanary()
    {
        Serve("v1", Baked);
        _fleet.Waiting = Wanted("v2", Baked) with { Emergency = true };
        _fleet.Step();

        _fleet.State.Running!.Stages[0].Kind.ShouldBe(StageKind.Canary);
        _fleet.State.Running.Stages.ShouldAllBe(stage => stage.Bake == StagePlan.EmergencyBakeMax);
    }

    [Fact]
    public void Rules_WithoutACanary_GetOne()
    {
        Serve("v1", Region("b"), Region("a"));
        Submit("v2");
        _fleet.Settle();

        _fleet.Moves.Skip(3).Select(move => move.Cohort).ShouldBe(["b.edge-1", "b", "a", "c"]);
    }

    [Fact]
    public void Region_WithoutEdges_IsOwed_AndTakesItsCanaryFirstWhenItReturns()
    {
        Serve("v1", NoBake);
        _fleet["b.edge-1"].Leave(TimeSpan.Zero, goodbye: true);
        _fleet["b.edge-2"].Leave(TimeSpan.Zero, goodbye: true);
        Submit("v2", Baked);
        _fleet.Settle();
        _fleet.State.Owed.ShouldBe(["b"]);
        _fleet.State.LastGood!.Revision.ShouldBe("v2");

        _fleet["b.edge-1"].Return(restarted: true);
        _fleet["b.edge-2"].Return(restarted: true);
        _fleet.Settle();
        _fleet.State.Running!.Lane.ShouldBe(RolloutLane.Owed);
        _fleet["b.edge-1"].Held!.Bundle.ShouldBe("v2");
        _fleet["b.edge-2"].Held!.Bundle.ShouldBe("v1");

        PassStages(2);
        _fleet["b.edge-2"].Held!.Bundle.ShouldBe("v2");
        _fleet.State.Owed.ShouldBeEmpty();
        _fleet.State.GoodBefore!.Revision.ShouldBe("v1");
    }

    [Fact]
    public void OwedRegion_WhereItFails_ReturnsToWhatItHad()
    {
        Serve("v1", NoBake);
        _fleet["b.edge-1"].Leave(TimeSpan.Zero, goodbye: true);
        _fleet["b.edge-2"].Leave(TimeSpan.Zero, goodbye: true);
        Submit("v2", NoBake);
        _fleet.Settle();
        _fleet["b.edge-1"].Bad.Add("v2");
        _fleet["b.edge-1"].Return(restarted: true);
        _fleet["b.edge-2"].Return(restarted: true);
        _fleet.Settle();

        _fleet["b.edge-1"].Held!.Bundle.ShouldBe("v1");
        _fleet["b.edge-2"].Held!.Bundle.ShouldBe("v1");
        _fleet["a.edge-1"].Held!.Bundle.ShouldBe("v2");
        _fleet.State.Refused.ShouldBeEmpty();
        Submit("v3");
        _fleet.Settle();
        _fleet.Edges.ShouldAllBe(edge => edge.Held!.Bundle == "v3");
    }

    [Fact]
    public void Operator_Pauses_Resumes_Aborts()
    {
        Serve("v1", NoBake);
        _fleet["a.edge-1"].Connected = _fleet["a.edge-2"].Connected = true;
        Submit("v2");
        _fleet.Step();
        Ask(RolloutCommandKind.Pause).Problem.ShouldBeNull();
        Ask(RolloutCommandKind.Pause).Problem.ShouldBe("it is paused already");
        Ask(RolloutCommandKind.Promote).Problem.ShouldBe("it is paused; resume it first");
        _fleet.Settle();
        _fleet.State.Running!.Stage.ShouldBe(0);

        Ask(RolloutCommandKind.Resume).Problem.ShouldBeNull();
        _fleet.Settle();
        _fleet.State.LastGood!.Revision.ShouldBe("v2");
        Ask(RolloutCommandKind.Abort).Problem.ShouldBe("rollout 2 does not run, and no other does");

        Submit("v3");
        _fleet.Step();
        Ask(RolloutCommandKind.Abort).Problem.ShouldBeNull();
        _fleet.Settle();
        _fleet.State.Current!.Reason.ShouldBe("aborted by jane");
        _fleet.Edges.ShouldAllBe(edge => edge.Held!.Bundle == "v2");
    }

    [Fact]
    public void Operator_RollsBack_AndTheLeftRevisionStaysLeft()
    {
        Serve("v1", NoBake);
        Submit("v2", NoBake);
        _fleet.Settle();
        Ask(RolloutCommandKind.Rollback, Wanted("v1", NoBake) with { Rollback = true, Emergency = true, Supersede = true }).Problem.ShouldBeNull();
        _fleet.Settle();
        _fleet.Edges.ShouldAllBe(edge => edge.Held!.Bundle == "v1");

        Submit("v2", NoBake);
        _fleet.Settle();
        _fleet.State.LastGood!.Revision.ShouldBe("v1");
    }

    [Fact]
    public void FullStore_RefusesNewRollouts_ButMovesPointersOfARunningOne()
    {
        Serve("v1", Baked);
        Submit("v2");
        _fleet.Settle();
        _fleet.Refuses = "the store is 80 % full";
        Submit("v3");
        _fleet.Verdict = new GateVerdict(GateOutcome.Fail, "bad");
        _fleet.Settle();

        _fleet.State.Current!.Status.ShouldBe(RolloutStatus.RolledBack);
        _fleet.Edges.ShouldAllBe(edge => edge.Held!.Bundle == "v1");
        _fleet.Waiting!.Bundle.Revision.ShouldBe("v3");
    }

    [Fact]
    public void RewoundStore_KeepsWhatEveryRegionServes_AndGoesOnAboveIt()
    {
        Serve("v1", NoBake);
        var snapshot = _fleet.State;
        Submit("v2", NoBake);
        _fleet.Settle();
        var highest = _fleet.State.Sequence;

        _fleet.Rewind(snapshot, hears: true);
        _fleet.Settle();
        _fleet.State.LastGood!.Revision.ShouldBe("v2");
        _fleet.Edges.ShouldAllBe(edge => edge.Held!.Bundle == "v2");

        Submit("v3");
        _fleet.Settle();
        _fleet.Edges.ShouldAllBe(edge => edge.Held!.Bundle == "v3" && edge.Held.Sequence > highest);
    }

    [Fact]
    public void RewoundStore_WithARolloutHalfWay_AbortsIt_AndReturnsToWhatWasGoodThen()
    {
        Serve("v1", Baked);
        Submit("v2");
        _fleet.Settle();
        var snapshot = _fleet.State;
        PassStages(2);
        _fleet["a.edge-2"].Held!.Bundle.ShouldBe("v2");
        var before = _fleet.Edges.ToDictionary(edge => edge.Id, edge => edge.Held!.Sequence);

        _fleet.Rewind(snapshot, hears: true);
        _fleet.Settle();

        _fleet.Ended[^1].Status.ShouldBe(RolloutStatus.Aborted);
        _fleet.Ended[^1].Reason.ShouldBe("store rewound");
        _fleet.Edges.ShouldAllBe(edge => edge.Held!.Bundle == "v1" && edge.Held.Sequence >= before[edge.Id] && edge.Refused == 0);
    }

    [Fact]
    public void EdgeFromTheFuture_ConnectingLate_GetsAPointerAboveItsOwn()
    {
        Serve("v1", NoBake);
        var snapshot = _fleet.State;
        Submit("v2");
        _fleet.Settle();
        _fleet.Rewind(snapshot, hears: false);
        _fleet.Settle();

        _fleet.Edges.ShouldAllBe(edge => edge.Refused == 0);
        _fleet.Edges.Select(edge => edge.Held!.Bundle).Distinct().ShouldHaveSingleItem();
    }

    private void Serve(string name, params RuleStage[] rules)
    {
        Submit(name, rules);
        _fleet.Settle();
        _fleet.State.LastGood!.Revision.ShouldBe(name);
    }

    private void Submit(string name, params RuleStage[] rules) => _fleet.Waiting = Wanted(name, rules);

    private WaitingBundle Wanted(string name, params RuleStage[] rules)
    {
        var bundle = SimulatedFleet.Bundle(name, rules);
        _fleet.Bundles[name] = bundle;
        return new WaitingBundle { Bundle = bundle, AskedBy = "jane" };
    }

    private void PassStages(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _fleet.Settle();
            _fleet.Advance(TimeSpan.FromMinutes(11));
            _fleet.Verdict = new GateVerdict(GateOutcome.Pass);
            _fleet.Step();
        }

        _fleet.Settle();
    }

    private CommandAnswer Ask(RolloutCommandKind kind, WaitingBundle? bundle = null) =>
        _fleet.Step(new RolloutCommand { Kind = kind, Number = _fleet.State.Current?.Number ?? 0, Bundle = bundle, By = "jane" }).Answer.ShouldNotBeNull();

    private static RuleStage Canary(string region, int minutes = 0) => new(true, region, TimeSpan.FromMinutes(minutes));

    private static RuleStage Region(string region, int minutes = 0) => new(false, region, TimeSpan.FromMinutes(minutes));
}
