using System.Diagnostics;
using System.Globalization;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Stores.Fleets;
using GlobalGateway.Testing.Fleets;
using GlobalGateway.Testing.Ledgers;
using Shouldly;
using Xunit;

namespace GlobalGateway.Stores.Budgets;

/// <summary>
/// 64 clients make 10,000 requests in three regions on a budget for 6,000, while one kind of thing goes wrong again and again: never more
/// than the budget is spent, and once all is whole everything is known to the nano-dollar.
/// </summary>
[Collection(StoresCollection.Name)]
public sealed class SharedBudgetTests(StoresFleet fleet, ITestOutputHelper output)
{
    private const int Clients = 64;

    private static readonly TimeSpan HealLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    [Fact]
    public async Task Budget_WithEachRegionCutOffInTurn_IsNeverOverspentAndSettlesExactly()
    {
        Assert.SkipWhen(RegionCut.Missing is not null, RegionCut.Missing ?? "");
        await RunAsync(TestBudgets.RegionsCut, TimeSpan.FromMilliseconds(500), disturbance => disturbance.CutRegionsAsync());
    }

    [Fact]
    public Task Budget_WithEdgesKilledEveryTwoSeconds_IsNeverOverspentAndSettlesExactly() =>
        RunAsync(TestBudgets.EdgesKilled, TimeSpan.FromMilliseconds(200), disturbance => disturbance.KillEdgesAsync());

    [Fact]
    public Task Budget_WithRedisFlushedEveryThreeSeconds_IsNeverOverspentAndSettlesExactly() =>
        RunAsync(TestBudgets.RedisFlushed, TimeSpan.FromMilliseconds(200), disturbance => disturbance.FlushRedisAsync());

    [Fact]
    public Task Budget_WithRedisHung_IsNeverOverspentAndSettlesExactly() =>
        RunAsync(TestBudgets.RedisHung, TimeSpan.FromMilliseconds(350), disturbance => disturbance.HangRedisAsync());

    [Fact]
    public Task Budget_WithRedisFailedOverToALaggingReplica_IsNeverOverspentAndSettlesExactly() =>
        RunAsync(TestBudgets.RedisFailedOver, TimeSpan.FromMilliseconds(300), disturbance => disturbance.FailRedisOverAsync());

    [Fact]
    public Task Budget_WithCassandraDownForAMinute_IsNeverOverspentAndSettlesExactly() =>
        RunAsync(TestBudgets.CassandraDown, TimeSpan.FromMilliseconds(300), disturbance => disturbance.StopCassandraAsync());

    private async Task RunAsync(string budget, TimeSpan answerWithin, Func<Disturbance, Task> disturb)
    {
        Assert.SkipWhen(StoresFleet.Missing is not null, StoresFleet.Missing ?? "");
        await fleet.HealAsync(HealLimit);
        await fleet.AnswerWithinAsync(answerWithin);
        var calledBefore = await fleet.CallsAsync();
        var begun = DateTimeOffset.UtcNow;
        var watch = Stopwatch.StartNew();
        using var clients = new ChatClients(TestBudgets.Requests, [.. StoresFleet.Regions.Select(fleet.Edge)]) { Key = StoresFleet.KeyOf(budget) };
        var running = clients.RunAsync(Clients);
        await disturb(new Disturbance(fleet, running));
        await running;
        var load = watch.Elapsed;

        watch.Restart();
        await fleet.HealAsync(HealLimit);
        var account = new AccountKey(budget, new BudgetCalendar(CalendarUnit.Month).PeriodOf(begun));
        var audit = fleet.Audit(account);
        await audit.SettleAsync(HealLimit - watch.Elapsed);
        var events = await EventsAsync(audit, budget, begun, HealLimit - watch.Elapsed);
        var settled = watch.Elapsed;

        var called = await fleet.CallsAsync() - calledBefore;
        var (charged, estimated) = (audit.Charged, audit.Estimated);
        var measured = Sum(events.Where(usage => !usage.Estimated));
        var flagged = Sum(events.Where(usage => usage.Estimated));
        var said = string.Create(CultureInfo.InvariantCulture,
            $"{budget}: load {load.TotalSeconds:0.0} s, settled {settled.TotalSeconds:0.0} s after heal; called {called}, charged {charged}, estimated {estimated}, measured {measured}, flagged {flagged}, ")
            + $"open epochs {audit.Open}, events {events.Count}; {clients.Describe()}";
        output.WriteLine(said);

        audit.Open.ShouldBe(0, said);
        called.ShouldBeLessThanOrEqualTo(TestBudgets.Limit, said);
        charged.Requests.ShouldBeLessThanOrEqualTo(TestBudgets.Limit, said);
        clients.Answered.Except(events.Select(usage => usage.Labels.RequestId)).ShouldBeEmpty(said);
        (charged - measured).ShouldBe(estimated, said);
        flagged.ShouldBe(estimated, said);
        // A test in which next to nothing was admitted would prove nothing.
        clients.Answered.Count.ShouldBeGreaterThan(TestBudgets.Limit / 2, said);
    }

    /// <summary>Edges send usage events in the background: they are complete when they say what the ledger says, and no later than the limit.</summary>
    private static async Task<List<UsageEvent>> EventsAsync(LedgerAudit audit, string tenant, DateTimeOffset begun, TimeSpan limit)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var events = await audit.EventsAsync(begun.AddMinutes(-1), tenant);
            if (Sum(events) == audit.Charged || watch.Elapsed > limit)
            {
                return events;
            }

            await Task.Delay(LookEvery);
        }
    }

    private static SpendVector Sum(IEnumerable<UsageEvent> events) => events.Aggregate(SpendVector.Zero, static (sum, usage) => sum + usage.Spend);
}
