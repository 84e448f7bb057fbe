using System.Diagnostics;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Bench.Quota;

/// <summary>The quota of one edge in this process, with a journal on this machine's disk, and rights held in every account.</summary>
internal sealed class QuotaEdge : IDisposable
{
    public const int BudgetsPerRequest = 3;

    private const string Region = "bench";
    private const int OpenedAtOnce = 1_000;

    /// <summary>Of a percent of it, which is what an edge is granted at first, no measurement uses up.</summary>
    private static readonly SpendVector Amount = new(1_000_000_000_000, 1_000_000_000_000_000, 1_000_000_000_000_000_000);
    private static readonly SpendVector Reserved = new(1, 1_500, 900_000);
    private static readonly BudgetCalendar Monthly = new(CalendarUnit.Month);
    private static readonly CallUsage Used = new(DateTimeOffset.UnixEpoch.AddYears(60), new SpendVector(1, 1_100, 620_000), 800, 0, 300, Estimated: false);
    private static readonly UsageLabels Labels = new("req_01J9ZK5T8Q7W3N4M2B6V", "tenant-000001", "research", "laptop", "gpt-small", "openai");

    private readonly JournalDevice _journal;
    private readonly BudgetWant[] _wants;

    private QuotaEdge(JournalDevice journal, EdgeQuota quota, BudgetAccount[] accounts, long configuredBytes)
    {
        (_journal, Quota, ConfiguredBytes) = (journal, quota, configuredBytes);
        _wants = [.. accounts.Select(account => new BudgetWant(account, Reserved))];
    }

    public EdgeQuota Quota { get; }

    /// <summary>Managed memory in use when its budgets were configured and none had been used.</summary>
    public long ConfiguredBytes { get; }

    public JournalDevice Journal => _journal;

    public static async Task<QuotaEdge> OpenAsync(string folder, ILedgerStore ledger, int accounts)
    {
        var opened = JournalDevice.Open(folder);
        var book = EdgeBook.Open(opened.Device, new Dictionary<string, JournalEnd>(), TimeProvider.System.GetUtcNow());
        var quota = new EdgeQuota(book, ledger, null, new QuotaOptions { Region = Region }, TimeProvider.System);
        quota.Configure([.. Enumerable.Range(0, accounts).Select(Budget)], [Region], 1);
        var configured = GC.GetTotalMemory(forceFullCollection: true);
        var all = Enumerable.Range(0, accounts).Select(number => quota.Find(Name(number))!).ToArray();
        foreach (var some in all.Chunk(OpenedAtOnce))
        {
            await Task.WhenAll(some.Select(account => HoldAsync(quota, account)));
        }

        return new QuotaEdge(opened.Device, quota, all, configured);
    }

    /// <summary>One request's part: rights of three accounts set aside, and settled at less.</summary>
    /// <returns>False when the journal had no room just then: the disk is slower than this loop.</returns>
    public bool TryPair(Random random)
    {
        // Three that follow each other, wherever: as a tenant, a team and a key do not lie beside other tenants' in memory.
        var at = random.Next(_wants.Length - BudgetsPerRequest + 1);
        if (Quota.TryReserve(_wants.AsSpan(at, BudgetsPerRequest), Labels) is not { } reservation)
        {
            return _journal.TakesLeases ? throw new InvalidOperationException("The rights that were granted are used up.") : false;
        }

        Quota.Settle(reservation, Used);
        return true;
    }

    /// <summary>Frees the journal; nothing is open between two pairs.</summary>
    public void Release() => _journal.Release(_journal.End);

    public void AwaitRoom()
    {
        Release();
        var started = Stopwatch.GetTimestamp();
        while (!_journal.TakesLeases && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10))
        {
            Thread.Sleep(1);
        }
    }

    public void Dispose() => _journal.Dispose();

    private static async Task HoldAsync(EdgeQuota quota, BudgetAccount account)
    {
        var (decision, reservation) = await quota.ReserveAsync([new BudgetWant(account, Reserved)], Labels, CancellationToken.None);
        if (reservation is null)
        {
            throw new InvalidOperationException($"No rights of {account.Spec.Id}: {decision.Outcome}; {quota.Problem}");
        }

        quota.Settle(reservation, Used);
    }

    private static BudgetSpec Budget(int number) => new(Name(number), BudgetUnits.Requests | BudgetUnits.Tokens | BudgetUnits.Spend, Amount, Monthly);

    private static string Name(int number) => $"tenant-{number:D6}-monthly";
}
