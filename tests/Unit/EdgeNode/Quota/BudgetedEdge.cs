using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Values;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Unit.Replication.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace GlobalGateway.Unit.EdgeNode.Quota;

/// <summary>An edge with a journal and a ledger of its own, whose budgets are all of tenant <c>acme</c>.</summary>
internal sealed class BudgetedEdge : IAsyncDisposable
{
    private readonly JournalFolder _folder = new();
    private readonly DirectoryInfo _ledger = Directory.CreateTempSubdirectory("gg-ledger-");
    private readonly OpenedJournal _journal;

    private BudgetedEdge()
    {
        _journal = _folder.Open();
        Book = EdgeBook.Open(_journal.Device, new Dictionary<string, JournalEnd>(), DateTimeOffset.UtcNow);
        Quota = new EdgeQuota(Book, new DirectoryLedger(new LedgerFolder(_ledger.FullName), "us-east"), null, new QuotaOptions { Region = "us-east" }, TimeProvider.System);
    }

    public EdgeBook Book { get; }

    public EdgeQuota Quota { get; }

    public EdgeHost Host { get; private set; } = null!;

    /// <summary>Every usage event so far, in order.</summary>
    public IReadOnlyList<UsageEvent> Events
    {
        get
        {
            var events = new List<UsageEvent>();
            var position = default(JournalPosition);
            _journal.Device.Read(ref position, (incarnation, _, record) =>
            {
                if (UsageRecords.Event(incarnation, "us-east", record) is { } usage)
                {
                    events.Add(usage);
                }

                return true;
            });
            return events;
        }
    }

    public static async Task<BudgetedEdge> StartAsync(ResourceSet resources, params Budget[] budgets)
    {
        var edge = new BudgetedEdge();
        edge.Host = await EdgeHost.StartAsync(resources with { Budgets = budgets }, services: services => services.AddSingleton(edge.Quota));
        return edge;
    }

    public static Budget Budget(string name, decimal? dollars = null, long? tokens = null, long? requests = null) => new()
    {
        Name = name,
        AppliesTo = new AppliesTo { Tenant = "acme" },
        Limit = new BudgetLimit { Spend = dollars is { } amount ? new NanoDollars((long)(amount * NanoDollars.PerDollar)) : null, Tokens = tokens, Requests = requests },
        Period = new BudgetPeriod { Unit = PeriodUnit.Month },
        WarnAt = [0.8],
    };

    /// <summary>What this edge has settled of a budget.</summary>
    public SpendVector Spent(string budget) => Quota.Find(budget)?.Current?.Holding is { } holding
        ? holding.Epochs.Aggregate(SpendVector.Zero, (sum, epoch) => sum + epoch.Spent)
        : SpendVector.Zero;

    /// <summary>Waits until every request is through: an answer is with its client before it is settled.</summary>
    public Task EndAsync() => Host.StopAsync();

    public void Stands(string budget, SpendVector limit, SpendVector spent) =>
        Quota.Find(budget)!.Standing = new BudgetStanding(limit, spent, new DateTimeOffset(2031, 12, 1, 0, 0, 0, TimeSpan.Zero));

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _journal.Device.Dispose();
        _folder.Dispose();
        _ledger.Delete(recursive: true);
    }
}
