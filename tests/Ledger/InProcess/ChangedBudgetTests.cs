using GlobalGateway.Replication.Accounts;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Testing;
using GlobalGateway.Testing.Ledgers;
using Shouldly;
using Xunit;

namespace GlobalGateway.Ledger.InProcess;

/// <summary>A budget whose amount changes while its period runs, spent from two regions.</summary>
public sealed class ChangedBudgetTests : IDisposable
{
    private static readonly string[] Regions = ["eu-west", "us-east"];

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("gg-changed-");
    private readonly Bill _bill = new();
    private int _calls;

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task Budget_RaisedWhileItsPeriodRuns_CanBeSpentFurther()
    {
        var edges = Regions.Select(region => new LedgerEdge(Ledger, region, Path.Combine(_root.FullName, region), 1, Regions, Budget(600))).ToArray();
        await SpendUntilAsync(edges, 600);

        Array.ForEach(edges, edge => edge.Configure(Regions, 2, Budget(1_000)));
        await SpendUntilAsync(edges, 1_000);

        await EndAsync(edges, 1_000);
    }

    [Fact]
    public async Task Budget_LoweredBelowWhatIsSpentThenRaised_NeverExceedsTheLargest()
    {
        var edges = Regions.Select(region => new LedgerEdge(Ledger, region, Path.Combine(_root.FullName, region), 1, Regions, Budget(800))).ToArray();
        await SpendUntilAsync(edges[..1], 300);

        Array.ForEach(edges, edge => edge.Configure(Regions, 2, Budget(400)));
        await UntilAsync(async () => await TookAsync(Regions[0], 2) && await TookAsync(Regions[1], 2));
        Array.ForEach(edges, edge => edge.Configure(Regions, 3, Budget(800)));
        await SpendUntilAsync(edges, 800);

        await EndAsync(edges, 800);
    }

    private string Ledger => Path.Combine(_root.FullName, "ledger");

    private static BudgetSpec Budget(long requests) => new("changing", BudgetUnits.Requests, new SpendVector(requests, 0, 0), new BudgetCalendar(CalendarUnit.Day));

    private async Task EndAsync(LedgerEdge[] edges, long limit)
    {
        for (var i = 0; i < 50; i++)
        {
            await CallAsync(edges[i % edges.Length]);
        }

        await Task.WhenAll(edges.Select(edge => edge.EndAsync()));
        var account = new AccountKey("changing", new BudgetCalendar(CalendarUnit.Day).PeriodOf(DateTimeOffset.UtcNow));
        var (charged, _, _) = await new LedgerAudit(Ledger, Regions, account).CloseAsync();
        _bill.Total.Requests.ShouldBe(limit);
        charged.Requests.ShouldBe(limit);
    }

    private Task SpendUntilAsync(LedgerEdge[] edges, long requests) => UntilAsync(async () =>
    {
        foreach (var edge in edges)
        {
            for (var i = 0; i < 20 && _bill.Total.Requests < requests; i++)
            {
                if (await CallAsync(edge) != QuotaOutcome.Reserved)
                {
                    break;
                }
            }
        }

        return _bill.Total.Requests >= requests;
    });

    private Task<QuotaOutcome?> CallAsync(LedgerEdge edge)
    {
        var one = new SpendVector(1, 0, 0);
        return edge.CallAsync($"c-{Interlocked.Increment(ref _calls)}", "changing", one, one, measured: true, static () => Task.CompletedTask, _bill);
    }

    private async Task<IReadOnlyList<AllocationRow>> RowsAsync() => await new DirectoryLedger(new LedgerFolder(Ledger), Regions[0]).ReadAllocationsAsync("changing");

    /// <summary>Whether the logs of this period and of the one after it have a row.</summary>
    private async Task<bool> TookAsync(string region, int sequence)
    {
        var calendar = Budget(0).Calendar;
        var present = calendar.PeriodOf(DateTimeOffset.UtcNow);
        foreach (var period in (long[])[present, calendar.Next(present)])
        {
            var view = new AccountView(new LogKey(new AccountKey("changing", period), region, 1));
            await view.RefreshAsync(new DirectoryLedger(new LedgerFolder(Ledger), region), LogRead.Quorum);
            if (view.Log.AllocationSequence < sequence)
            {
                return false;
            }
        }

        return true;
    }

    private Task UntilAsync(Func<Task<bool>> reached) => Eventually.HoldsAsync(
        reached,
        async () => $"billed {_bill.Total.Requests}; rows {string.Join("; ", (await RowsAsync()).Select(row => $"{row.Sequence}: {string.Join(',', row.Split.Select(share => $"{share.Region} {share.Share.Requests}"))}{(row.Goal is null ? "" : " with a goal")}"))}");
}
