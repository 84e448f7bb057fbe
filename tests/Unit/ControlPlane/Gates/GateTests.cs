using GlobalGateway.Contracts.Fleet;
using GlobalGateway.ControlPlane.Gates;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ControlPlane.Gates;

public sealed class GateTests
{
    private static readonly GateLimits Limits = new();

    [Fact]
    public void Judge_WithTooFewRequestsOnASide_CannotTell()
    {
        Gate.Judge(Limits, Counts(199, errors: 199), Counts(10_000), GateCounts.None, final: true).Outcome.ShouldBe(GateOutcome.Inconclusive);
        var verdict = Gate.Judge(Limits, Counts(10_000, errors: 5_000), Counts(199), GateCounts.None, final: true);
        verdict.Outcome.ShouldBe(GateOutcome.Inconclusive);
        verdict.Reason.ShouldBe("10000 requests, 199 of the control; 200 of each are needed");
    }

    [Fact]
    public void Judge_EquallyBadSides_Passes()
    {
        var verdict = Gate.Judge(Limits, Counts(1_000, errors: 30, denials: 100), Counts(3_000, errors: 90, denials: 300), GateCounts.None, final: true);

        verdict.Outcome.ShouldBe(GateOutcome.Pass);
        verdict.Evidence.ShouldBe("5xx 3.0 % (control 3.0 %)  denials 10.0 % (control 10.0 %)  1000 requests");
    }

    [Fact]
    public void Judge_MoreErrors_FailsWithBothNumbers()
    {
        var verdict = Gate.Judge(Limits, Counts(500, errors: 62), Counts(3_000, errors: 3), GateCounts.None, final: false);

        verdict.Outcome.ShouldBe(GateOutcome.Fail);
        verdict.Reason.ShouldBe("5xx 12.4 % (control 0.1 %)");
    }

    [Fact]
    public void Judge_MoreErrorsThanTheMinimumEffect_ButLikelyByChance_Passes() =>
        Gate.Judge(Limits, Counts(200, errors: 1), Counts(200), GateCounts.None, final: true).Outcome.ShouldBe(GateOutcome.Pass);

    [Fact]
    public void Judge_CertainlyWorse_ButByLessThanTheMinimumEffect_Passes() =>
        Gate.Judge(Limits, Counts(2_000_000, denials: 21_000), Counts(2_000_000, denials: 20_000), GateCounts.None, final: true).Outcome.ShouldBe(GateOutcome.Pass);

    [Fact]
    public void Judge_WorseByAHair_FailsAtTheEndOfTheBakeOnly()
    {
        // 9 of 400 against none is about 1 in 500.
        var fresh = Counts(400, errors: 9);

        Gate.Judge(Limits, fresh, Counts(400), GateCounts.None, final: false).Outcome.ShouldBe(GateOutcome.Pass);
        Gate.Judge(Limits, fresh, Counts(400), GateCounts.None, final: true).Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void Judge_OneTenantOfManyDenied_FailsWithItsName()
    {
        var fresh = Counts(5_000, denials: 20) with { Tenants = [new TenantSample("acme", 20, 20), new TenantSample("demo", 4_980, 0)] };
        var control = Counts(5_000) with { Tenants = [new TenantSample("acme", 25, 0), new TenantSample("demo", 4_975, 0)] };

        var verdict = Gate.Judge(Limits, fresh, control, GateCounts.None, final: false);

        verdict.Outcome.ShouldBe(GateOutcome.Fail);
        verdict.Reason.ShouldBe("Tenant/acme: denials 100.0 % (control 0.0 %)");
    }

    [Fact]
    public void Judge_TenantThatWasDeniedBeforeToo_DoesNotFail()
    {
        var fresh = Counts(40, denials: 40) with { Tenants = [new TenantSample("spent", 40, 40)] };
        var before = Counts(400, denials: 400) with { Tenants = [new TenantSample("spent", 400, 400)] };

        Gate.Judge(Limits, fresh, GateCounts.None, before, final: true).Outcome.ShouldBe(GateOutcome.Inconclusive);
    }

    [Fact]
    public void Judge_TenantThatTheControlDoesNotSee_IsComparedWithTheEdgesOwnPast()
    {
        var fresh = Counts(40, denials: 9) with { Tenants = [new TenantSample("acme", 40, 9)] };
        var before = Counts(400) with { Tenants = [new TenantSample("acme", 400, 0)] };

        Gate.Judge(Limits, fresh, Counts(100), before, final: true).Reason.ShouldBe("Tenant/acme: denials 22.5 % (control 0.0 %)");
    }

    [Fact]
    public void Judge_TenantNobodyKnewBefore_IsNotJudged()
    {
        var fresh = Counts(40, denials: 40) with { Tenants = [new TenantSample("new", 40, 40)] };

        Gate.Judge(Limits, fresh, GateCounts.None, GateCounts.None, final: true).Outcome.ShouldBe(GateOutcome.Inconclusive);
    }

    [Theory]
    [InlineData(1, GateOutcome.Pass)]
    [InlineData(2, GateOutcome.Fail)]
    public void Judge_SlowerByBuckets_FailsAboveTheRise(int slower, GateOutcome expected)
    {
        var control = Counts(1_000) with { Latency = [new BucketCount(40, 980), new BucketCount(60, 20)] };
        var fresh = Counts(1_000) with { Latency = [new BucketCount(40, 900), new BucketCount(60 + slower, 100)] };

        var verdict = Gate.Judge(Limits, fresh, control, GateCounts.None, final: false);

        verdict.Outcome.ShouldBe(expected);
        (verdict.Reason ?? "").ShouldBe(expected == GateOutcome.Fail ? "p99 368 ms (control 304 ms)" : "");
    }

    private static GateCounts Counts(long requests, long errors = 0, long denials = 0) => new() { Requests = requests, ServerErrors = errors, Denials = denials };
}
