using System.Collections.Concurrent;
using System.Diagnostics;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Testing.Ledgers;
using Shouldly;
using Xunit;

namespace GlobalGateway.Ledger.InProcess;

/// <summary>Three regions of two edges each spend one budget, within this process: 64 clients, 10,000 calls, budget for 6,000.</summary>
public sealed class SharedBudgetTests : IDisposable
{
    private const int Clients = 64;
    private const int Requests = 10_000;
    private const int Limit = 6_000;
    private const int TriesMax = 6;
    private const int WaitsMax = 500;

    private static readonly string[] Regions = ["ap-south", "eu-west", "us-east"];

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("gg-shared-");
    private readonly LedgerEdge[] _edges = new LedgerEdge[6];
    private readonly Bill _bill = new();
    private readonly ConcurrentDictionary<string, int> _outcomes = new();
    private BudgetSpec _budget = new("acme-daily", BudgetUnits.Requests, new SpendVector(Limit, 0, 0), new BudgetCalendar(CalendarUnit.Day));
    private int _journals;
    private int _asked;

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task Budget_OfRequests_IsSpentExactly()
    {
        await RunAsync(_ => Task.CompletedTask);

        var (charged, estimated, forced) = await AuditAsync();
        _bill.Total.Requests.ShouldBe(Limit, Describe());
        charged.Requests.ShouldBe(Limit);
        (estimated.Requests, forced).ShouldBe((0, 0));
    }

    [Theory]
    [InlineData(BudgetUnits.Tokens)]
    [InlineData(BudgetUnits.Spend)]
    public async Task Budget_OfAmounts_IsSpentToWithinAReservationPerClient(BudgetUnits unit)
    {
        const long Reserve = 1_000;
        var all = new SpendVector(0, Limit * Reserve / 2, Limit * Reserve / 2);
        _budget = _budget with { Units = unit, Amount = all.Only(unit) };

        await RunAsync(_ => Task.CompletedTask, new SpendVector(0, Reserve, Reserve).Only(unit), random => new SpendVector(0, random.Next((int)Reserve), random.Next((int)Reserve)).Only(unit));

        var (charged, estimated, _) = await AuditAsync();
        var spent = _bill.Total.Only(unit);
        charged.ShouldBe(spent);
        estimated.ShouldBe(default);
        spent.FitsIn(all).ShouldBeTrue(Describe());
        (all.Only(unit) - spent).FitsIn(new SpendVector(0, Clients * Reserve, Clients * Reserve)).ShouldBeTrue(Describe());
    }

    [Fact]
    public async Task Budget_WithEdgesKilledAllTheTime_IsChargedExactlyWhatWasUsedOrFlagged()
    {
        await RunAsync(turn => KillAsync(turn % _edges.Length, loseDisk: false));

        var (charged, estimated, forced) = await AuditAsync();
        var events = await EventsAsync();
        _bill.Total.Requests.ShouldBeLessThanOrEqualTo(Limit);
        charged.Requests.ShouldBe(Limit, Describe());
        forced.ShouldBe(0);
        (charged - Sum(events, estimated: false)).ShouldBe(estimated);
        Sum(events, estimated: true).ShouldBe(estimated);
        _bill.Calls.Keys.ShouldBeSubsetOf(events.Select(usage => usage.Labels.RequestId), "a call that was billed has its usage event");
        events.ShouldAllBe(usage => usage.Estimated || _bill.Calls[usage.Labels.RequestId].Requests == usage.Spend.Requests);
    }

    [Fact]
    public async Task Budget_WithALostDisk_ChargesWhatThatEdgeHeldAndGoesOn()
    {
        LedgerEdge? lost = null;
        await RunAsync(async turn =>
        {
            if (turn == 4)
            {
                lost = _edges[3];
                await KillAsync(3, loseDisk: true);
            }
        });

        var (charged, estimated, forced) = await AuditAsync();
        var events = await EventsAsync();
        _bill.Total.Requests.ShouldBeLessThanOrEqualTo(Limit);
        charged.Requests.ShouldBe(Limit, Describe());
        forced.ShouldBeGreaterThan(0);

        // Reported by rows, but the events went with the disk.
        var gone = lost!.Calls.Except(events.Select(usage => usage.Labels.RequestId)).Count();
        (charged - Sum(events, estimated: false) - estimated).Requests.ShouldBeInRange(0, gone);
        _bill.Calls.Keys.Except(lost.Calls).ShouldBeSubsetOf(events.Select(usage => usage.Labels.RequestId));
    }

    [Fact]
    public async Task Budget_WhileTheLedgerIsAwayNowAndThen_IsSpentExactlyInTheEnd()
    {
        await RunAsync(async _ =>
        {
            var lost = Lost();
            Array.ForEach(_edges, edge => edge.CutLedger(true));
            var away = Stopwatch.StartNew();
            while (Lost() < lost + Clients && away.Elapsed < TimeSpan.FromSeconds(1))
            {
                await Task.Delay(1);
            }

            Array.ForEach(_edges, edge => edge.CutLedger(false));
        });

        var (charged, estimated, forced) = await AuditAsync();
        _bill.Total.Requests.ShouldBe(Limit, Describe());
        charged.Requests.ShouldBe(Limit);
        (estimated.Requests, forced).ShouldBe((0, 0));
    }

    private string Ledger => Path.Combine(_root.FullName, "ledger");

    private AccountKey Account => new(_budget.Id, _budget.Calendar.PeriodOf(DateTimeOffset.UtcNow));

    /// <param name="disturb">Called twenty times while calls are made.</param>
    private async Task RunAsync(Func<int, Task> disturb, SpendVector? reserve = null, Func<Random, SpendVector>? use = null)
    {
        const int Turns = 20;
        for (var i = 0; i < _edges.Length; i++)
        {
            _edges[i] = Start(i, NewJournal());
        }

        var one = new SpendVector(1, 0, 0);
        var clients = Enumerable.Range(0, Clients).Select(client => ClientAsync(new Random(client), reserve ?? one, use ?? (_ => one))).ToArray();
        for (var turn = 0; turn < Turns; turn++)
        {
            while (Volatile.Read(ref _asked) < turn * Limit / Turns)
            {
                await Task.Delay(1);
            }

            await disturb(turn);
        }

        await Task.WhenAll(clients);
        await Task.WhenAll(_edges.Select(edge => edge.EndAsync()));
    }

    private async Task ClientAsync(Random random, SpendVector reserve, Func<Random, SpendVector> use)
    {
        while (Interlocked.Increment(ref _asked) is var request && request <= Requests)
        {
            for (var (tries, waited) = (0, 0); tries < TriesMax; tries++)
            {
                var edge = _edges[random.Next(_edges.Length)];
                var outcome = await edge.CallAsync($"r-{request}-{tries}-{waited}", _budget.Id, reserve, use(random), measured: true, static () => Task.Delay(1), _bill);
                _outcomes.AddOrUpdate(outcome?.ToString() ?? "killed", 1, (_, count) => count + 1);
                if (outcome == QuotaOutcome.Reserved)
                {
                    break;
                }

                if (outcome == QuotaOutcome.LedgerLost && waited++ < WaitsMax)
                {
                    // As a client that honours Retry-After.
                    tries--;
                    await Task.Delay(10);
                }
            }
        }
    }

    private LedgerEdge Start(int edge, string journal) => new(Ledger, Regions[edge % Regions.Length], journal, 2, Regions, _budget);

    private string NewJournal() => Path.Combine(_root.FullName, $"journal-{Interlocked.Increment(ref _journals)}");

    private async Task KillAsync(int edge, bool loseDisk)
    {
        var next = NewJournal();
        await _edges[edge].KillAsync(loseDisk ? null : next);
        _edges[edge] = Start(edge, next);
    }

    private int Lost() => _outcomes.GetValueOrDefault(nameof(QuotaOutcome.LedgerLost));

    private Task<(SpendVector Charged, SpendVector Estimated, int Forced)> AuditAsync() => new LedgerAudit(Ledger, Regions, Account).CloseAsync();

    private Task<List<UsageEvent>> EventsAsync() => new LedgerAudit(Ledger, Regions, Account).EventsAsync();

    private SpendVector Sum(IEnumerable<UsageEvent> events, bool estimated) =>
        events.Where(usage => usage.Estimated == estimated).Aggregate(SpendVector.Zero, (sum, usage) => sum + usage.Spend.Only(_budget.Units));

    private string Describe() =>
        $"billed {_bill.Total}; {string.Join(", ", _outcomes.Select(outcome => $"{outcome.Key} {outcome.Value}"))}; problems: {string.Join("; ", _edges.SelectMany(edge => edge.Problems).Distinct().Take(5))}";
}
