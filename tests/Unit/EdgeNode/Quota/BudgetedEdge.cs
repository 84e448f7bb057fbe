using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Values;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Unit.Replication.Journal;

namespace GlobalGateway.Unit.EdgeNode.Quota;

/// <summary>An edge with a journal and a ledger of its own, whose budgets are all of tenant <c>acme</c>.</summary>
internal sealed class BudgetedEdge : IAsyncDisposable
{
    private readonly JournalFolder _folder = new();
    private readonly DirectoryInfo _ledger = Directory.CreateTempSubdirectory("gg-ledger-");
    private readonly OpenedJournal _journal;
    private readonly DirectoryUsage _usage;
    private readonly UsageUploader _uploader;

    private BudgetedEdge()
    {
        _journal = _folder.Open();
        Book = EdgeBook.Open(_journal.Device, new Dictionary<string, JournalEnd>(), DateTimeOffset.UtcNow);
        var folder = new LedgerFolder(_ledger.FullName);
        Quota = new EdgeQuota(Book, new DirectoryLedger(folder, "us-east"), null, new QuotaOptions { Region = "us-east" }, TimeProvider.System);
        _usage = new DirectoryUsage(folder);
        _uploader = new UsageUploader(Book, _usage, "us-east");
    }

    public const string AdminToken = "an-operator-of-the-test";

    public EdgeBook Book { get; }

    /// <summary>The management listener, with the admin token.</summary>
    public HttpClient Management { get; } = new() { DefaultRequestHeaders = { Authorization = new("Bearer", AdminToken) } };

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
        var token = Path.Combine(edge._folder.Path, "admin.token");
        await File.WriteAllTextAsync(token, AdminToken);
        edge.Host = await EdgeHost.StartAsync(
            resources with { Budgets = budgets }, Change, services => services.AddLedger(_ => edge.Quota, _ => edge._usage));
        edge.Management.BaseAddress = new Uri(edge.Host.ManagementUrl);
        return edge;

        EdgeOptions Change(EdgeOptions options)
        {
            options.AdminTokenFile = token;
            return options;
        }
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

    /// <summary>Sends what was used to the store that reports read.</summary>
    public async Task UploadAsync(int events)
    {
        // Answers are with their clients before they are settled.
        for (var tries = 0; Events.Count < events && tries < 1_000_000; tries++)
        {
            await Task.Yield();
        }

        await _uploader.UploadAsync();
    }

    public void Stands(string budget, SpendVector limit, SpendVector spent) =>
        Quota.Find(budget)!.Standing = new BudgetStanding(limit, spent, new DateTimeOffset(2031, 12, 1, 0, 0, 0, TimeSpan.Zero));

    public async ValueTask DisposeAsync()
    {
        Management.Dispose();
        await Host.DisposeAsync();
        _journal.Device.Dispose();
        _folder.Dispose();
        _ledger.Delete(recursive: true);
    }
}
