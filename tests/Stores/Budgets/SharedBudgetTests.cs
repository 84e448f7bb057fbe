using GlobalGateway.Stores.Fleets;
using Shouldly;
using Xunit;

namespace GlobalGateway.Stores.Budgets;

/// <summary>
/// 10,000 requests on a budget for 6,000, while one kind of thing goes wrong again and again: never more than the budget is spent, and
/// once all is whole everything is known to the nano-dollar.
/// </summary>
[Collection(StoresCollection.Name)]
public sealed class SharedBudgetTests(StoresFleet fleet, ITestOutputHelper output)
{
    [Fact]
    public async Task Budget_WithEachRegionCutOffInTurn_IsNeverOverspentAndSettlesExactly()
    {
        Assert.SkipWhen(RegionCut.Missing is not null, RegionCut.Missing ?? "");
        await RunAsync(TestBudgets.RegionsCut, TimeSpan.FromMilliseconds(400), disturbance => disturbance.CutRegionsAsync());
    }

    [Fact]
    public Task Budget_WithEdgesKilledEveryTwoSeconds_IsNeverOverspentAndSettlesExactly() =>
        RunAsync(TestBudgets.EdgesKilled, TimeSpan.FromMilliseconds(200), disturbance => disturbance.KillEdgesAsync());

    [Fact]
    public Task Budget_WithRedisFlushedEveryThreeSeconds_IsNeverOverspentAndSettlesExactly() =>
        RunAsync(TestBudgets.RedisFlushed, TimeSpan.FromMilliseconds(200), disturbance => disturbance.FlushRedisAsync());

    [Fact]
    [Trait("campaign", "yes")]
    public Task Budget_WithRedisHung_IsNeverOverspentAndSettlesExactly() =>
        RunAsync(TestBudgets.RedisHung, TimeSpan.FromMilliseconds(300), disturbance => disturbance.HangRedisAsync());

    [Fact]
    [Trait("campaign", "yes")]
    public Task Budget_WithRedisFailedOverToALaggingReplica_IsNeverOverspentAndSettlesExactly() =>
        RunAsync(TestBudgets.RedisFailedOver, TimeSpan.FromMilliseconds(300), disturbance => disturbance.FailRedisOverAsync());

    [Fact]
    [Trait("campaign", "yes")]
    public Task Budget_WithCassandraDownForAMinute_IsNeverOverspentAndSettlesExactly() =>
        RunAsync(TestBudgets.CassandraDown, TimeSpan.FromMilliseconds(200), disturbance => disturbance.StopCassandraAsync());

    private async Task RunAsync(string budget, TimeSpan answerWithin, Func<Disturbance, Task> disturb)
    {
        Assert.SkipWhen(StoresFleet.Missing is not null, StoresFleet.Missing ?? "");
        var bill = await new BudgetRun(fleet, budget).SpendAsync(TestBudgets.Requests, answerWithin, disturb);
        output.WriteLine(bill.Said);

        bill.Crashed.ShouldBeEmpty(bill.Said);
        bill.OpenEpochs.ShouldBe(0, bill.Said);
        bill.Called.ShouldBeLessThanOrEqualTo(TestBudgets.Limit, bill.Said);
        bill.Charged.Requests.ShouldBeLessThanOrEqualTo(TestBudgets.Limit, bill.Said);
        bill.Answered.Except(bill.Events.Select(usage => usage.Labels.RequestId)).ShouldBeEmpty(bill.Said);
        // In every unit, to the nano-dollar.
        (bill.Charged - bill.Measured).ShouldBe(bill.Estimated, bill.Said);
        bill.Flagged.ShouldBe(bill.Estimated, bill.Said);
        // A run in which little was admitted would prove little.
        bill.Answered.Count.ShouldBeGreaterThan(TestBudgets.Limit / 4, bill.Said);
    }
}
