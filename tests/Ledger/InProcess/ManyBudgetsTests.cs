using System.Diagnostics;
using GlobalGateway.Replication.Agent;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Ledger.InProcess;

/// <summary>How much a region with very many budgets writes to its logs while all of them are spent as fast as they last the day.</summary>
public sealed class ManyBudgetsTests(ITestOutputHelper output)
{
    private const int Budgets = 10_000;

    // Budgets have logs of their own: ten times as many write ten times as much.
    private const int Scale = 100_000 / Budgets;
    private const double EntriesPerSecondMax = 200;
    private const string Region = "us-east";

    // A region's share of a day's budget, and a call of which 288 spend it: one in five minutes.
    private const long Call = 5_000;
    private const long Share = 288 * Call;

    private static readonly string[] Regions = ["us-east", "eu-west", "ap-south"];
    private static readonly TimeSpan CallEvery = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    // As often as a hundred thousand accounts have their turn: in 200 s.
    private const int PassesPerStep = 3;

    // By then epochs are called in and closed as fast as they are granted.
    private static readonly TimeSpan Begin = TimeSpan.FromHours(3);
    private static readonly TimeSpan Steady = TimeSpan.FromHours(1);

    private readonly ManualClock _clock = new();
    private RegionAgent? _agent;
    private readonly Random _random = new(20_261_121);

    [Fact]
    public async Task Logs_OfActiveBudgets_GrowByLessThanTwoHundredEntriesASecondForAHundredThousand()
    {
        var ledger = new MemoryLedger(Region);
        var journal = new NoJournal();
        var book = EdgeBook.Open(journal, new Dictionary<string, JournalEnd>(), _clock.GetUtcNow());
        var quota = new EdgeQuota(book, ledger, null, new QuotaOptions { Region = Region, SmallBelow = default }, _clock);
        var calendar = new BudgetCalendar(CalendarUnit.Day);
        quota.Configure([.. Enumerable.Range(0, Budgets).Select(i => new BudgetSpec($"b{i}", BudgetUnits.Spend, new SpendVector(0, 0, Share * Regions.Length), calendar))], Regions, 1);
        var worker = new QuotaWorker(quota, new UsageUploader(book, new NoUsage(), Region), new AlwaysAgent(), static (what, problem) => throw new InvalidOperationException(what, problem));
        _agent = new RegionAgent(quota);
        var budgets = quota.Budgets.ToArray();
        foreach (var budget in budgets)
        {
            // Some have spent a part of their first grant, so that the next ones do not come all at once.
            await CallAsync(quota, budget, _random.NextInt64(1, Share / SliceSizing.PartsMax));
        }

        await SpendAsync(quota, budgets, worker, Begin);
        var (before, calls) = (ledger.Appends, 0L);
        var watch = Stopwatch.StartNew();
        calls += await SpendAsync(quota, budgets, worker, Steady);
        var rate = Scale * (ledger.Appends - before) / Steady.TotalSeconds;

        output.WriteLine($"{Budgets * Scale:#,0} budgets, {Scale * calls / Steady.TotalSeconds:0} calls/s: {rate:0.0} log entries/s (counted of {Budgets:#,0} over {Steady.TotalMinutes:0} minutes, took {watch.Elapsed.TotalSeconds:0} s)");
        calls.ShouldBeGreaterThan((long)(0.9 * Budgets * (Steady / CallEvery)));
        rate.ShouldBeInRange(1, EntriesPerSecondMax);
    }

    private async Task<long> SpendAsync(EdgeQuota quota, BudgetAccount[] budgets, QuotaWorker worker, TimeSpan time)
    {
        var calls = 0L;
        for (var passed = TimeSpan.Zero; passed < time; passed += Step)
        {
            _clock.Advance(Step);
            foreach (var budget in budgets)
            {
                if (_random.NextDouble() < Step / CallEvery)
                {
                    await CallAsync(quota, budget, Call);
                    calls++;
                }
            }

            await worker.TurnAsync();
            for (var pass = 1; pass < PassesPerStep; pass++)
            {
                await _agent!.PassAsync(CancellationToken.None);
            }
        }

        return calls;
    }

    private async Task CallAsync(EdgeQuota quota, BudgetAccount budget, long cost)
    {
        var labels = new UsageLabels("r", "t", null, null, "fast", "openai");
        BudgetWant[] wants = [new BudgetWant(budget, new SpendVector(0, 0, cost))];
        var reservation = quota.TryReserve(wants, labels) ?? (await quota.ReserveAsync(wants, labels, CancellationToken.None)).Reservation;
        quota.Settle(reservation.ShouldNotBeNull(), new CallUsage(_clock.GetUtcNow(), new SpendVector(0, 0, cost), 1, 0, 1, Estimated: false));
    }

    private sealed class AlwaysAgent : IAgentLock
    {
        public ValueTask<bool> HoldAsync(CancellationToken cancel = default) => new(true);
    }

    // What is counted here is not what a disk takes.
    private sealed class NoJournal : IJournal
    {
        public string Incarnation => "edge-1";

        public JournalPosition End => default;

        public bool TakesLeases => true;

        public string? Problem => null;

        public bool TryAppend(ReadOnlySpan<byte> record) => true;

        public ValueTask SyncAsync(CancellationToken cancel = default) => default;

        public void Read(ref JournalPosition position, JournalRecordReader take)
        {
        }

        public void Release(JournalPosition before)
        {
        }
    }

    private sealed class NoUsage : IUsageStore
    {
        public ValueTask AppendAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancel = default) => default;

        public IAsyncEnumerable<UsageEvent> QueryAsync(UsageQuery query, CancellationToken cancel = default) => throw new NotSupportedException();
    }
}
