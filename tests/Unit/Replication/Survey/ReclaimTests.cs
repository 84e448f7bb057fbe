using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Replication.Survey;
using GlobalGateway.Unit.Replication.Edge;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.Survey;

public sealed class ReclaimTests : IDisposable
{
    private static readonly UsageLabels Labels = new("r", "acme", null, null, "fast", "openai");
    private readonly string _root = Directory.CreateTempSubdirectory("gg-reclaim-").FullName;
    private readonly LedgerFolder _folder;

    public ReclaimTests()
    {
        _folder = new LedgerFolder(Path.Combine(_root, "ledger"));
        _folder.Open();
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Region_InANewGeneration_HasNothingUntilItsPastIsReclaimed()
    {
        var first = Edge("i1");
        (await first.ReserveAsync([new(first.Find("acme")!, new SpendVector(10, 0, 0))], Labels, CancellationToken.None)).Reservation.ShouldNotBeNull();
        (await new BudgetOperations(first).OpenGenerationAsync(1)).Number.ShouldBe(2);
        var second = Edge("i2");
        var budget = second.Find("acme")!;

        var refused = await second.ReserveAsync([new(budget, new SpendVector(1, 0, 0))], Labels, CancellationToken.None);
        var reclaimed = await new BudgetOperations(second).ReclaimAsync(budget, 1);
        var reserved = await second.ReserveAsync([new(budget, new SpendVector(1, 0, 0))], Labels, CancellationToken.None);

        refused.Decision.Outcome.ShouldBe(QuotaOutcome.Spent);
        reclaimed.Requests.ShouldBeInRange(1, 990);
        reserved.Reservation.ShouldNotBeNull();
        (await new BudgetOperations(second).ReclaimAsync(budget, 1)).ShouldBe(default);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await new BudgetOperations(second).ReclaimAsync(budget, 2));
    }

    private EdgeQuota Edge(string incarnation)
    {
        var book = EdgeBook.Open(new MemoryJournal([], incarnation), new Dictionary<string, JournalEnd>(), DateTimeOffset.UtcNow);
        var quota = new EdgeQuota(book, new DirectoryLedger(_folder, "eu"), null, new QuotaOptions { Region = "eu", RefusalMax = TimeSpan.Zero }, TimeProvider.System);
        quota.Configure([new BudgetSpec("acme", BudgetUnits.Requests, new SpendVector(1_000, 0, 0), new BudgetCalendar(CalendarUnit.Month))], ["eu"], 1);
        return quota;
    }
}
