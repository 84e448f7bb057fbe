using GlobalGateway.Replication.Agent;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Unit.Replication.Journal;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.Edge;

/// <summary>An account whose copy of the ledger was given back to memory behaves as one that kept it.</summary>
public sealed class AccountRestTests : IDisposable
{
    private static readonly UsageLabels Labels = new("req", "acme", null, "ci", "fast", "p1");

    private readonly JournalFolder _folder = new();
    private readonly DirectoryInfo _ledger = Directory.CreateTempSubdirectory("gg-rest-");
    private readonly JournalDevice _journal;
    private readonly EdgeQuota _quota;
    private readonly BudgetAccount _budget;

    public AccountRestTests()
    {
        _journal = _folder.Open().Device;
        var book = EdgeBook.Open(_journal, new Dictionary<string, JournalEnd>(), DateTimeOffset.UtcNow);
        _quota = new EdgeQuota(book, new DirectoryLedger(new LedgerFolder(_ledger.FullName), "us-east"), null, new QuotaOptions { Region = "us-east" }, TimeProvider.System);
        _quota.Configure([new BudgetSpec("b", BudgetUnits.Requests, new SpendVector(1000, 0, 0), new BudgetCalendar(CalendarUnit.Month))], ["us-east"], 1);
        _budget = _quota.Find("b")!;
    }

    public void Dispose()
    {
        _journal.Dispose();
        _folder.Dispose();
        _ledger.Delete(recursive: true);
    }

    [Fact]
    public async Task Reserve_AtRest_GetsAllThatIsLeftAndNoMore()
    {
        var taken = 0;
        for (var turn = 0; turn < 20; turn++)
        {
            taken += await ReserveAsync(90) == QuotaOutcome.Reserved ? 90 : 0;
            _budget.Current!.Rest();
        }

        taken.ShouldBe(990);
        (await ReserveAsync(11)).ShouldBe(QuotaOutcome.TooMuch);
        (await ReserveAsync(10)).ShouldBe(QuotaOutcome.Reserved);
        _budget.Current!.Rest();
        (await ReserveAsync(1)).ShouldBe(QuotaOutcome.Spent);
    }

    [Fact]
    public async Task Pass_SealedAtRest_ClosesItsEpochs()
    {
        (await ReserveAsync(10)).ShouldBe(QuotaOutcome.Reserved);
        var account = _budget.Current!;
        await _quota.Steps.SealAsync(account.View, TestContext.Current.CancellationToken);
        _quota.Book.Fence(account.Holding!, account.View.Log.Sealed);
        await _quota.Reporter.ReportAsync(account.Holding!, account.Log, cancel: TestContext.Current.CancellationToken);
        account.Rest();

        await new RegionAgent(_quota).PassAsync(TestContext.Current.CancellationToken);

        account.View.Log.Epochs.ShouldHaveSingleItem().Cap.ShouldBe(new SpendVector(10, 0, 0));
        account.IsPending.ShouldBeTrue();
    }

    [Fact]
    public async Task Rest_TransfersReceived_KeepsWhatWasRead()
    {
        (await ReserveAsync(10)).ShouldBe(QuotaOutcome.Reserved);
        var account = _budget.Current!;
        account.View.ReceiveTransfers(new SpendVector(5, 0, 0));

        account.Rest();

        account.View.TransfersIn.ShouldBe(new SpendVector(5, 0, 0));
    }

    [Fact]
    public async Task Pass_MoreAccountsThanInOne_ComesToEachInItsTurn()
    {
        var budgets = Enumerable.Range(0, RegionAgent.AccountsPerPass + 10).Select(number => _budget.Spec with { Id = $"b{number}" }).ToList();
        _quota.Configure(budgets, ["us-east"], 2);
        var accounts = new List<AccountPeriod>();
        foreach (var budget in budgets)
        {
            accounts.Add(await _quota.OpenAsync(_quota.Find(budget.Id)!, TestContext.Current.CancellationToken));
            accounts[^1].Rest();
        }

        var agent = new RegionAgent(_quota);
        await agent.PassAsync(TestContext.Current.CancellationToken);
        accounts.Count(account => account.HasView).ShouldBe(RegionAgent.AccountsPerPass);
        await agent.PassAsync(TestContext.Current.CancellationToken);
        accounts.ShouldAllBe(account => account.HasView);
    }

    private async Task<QuotaOutcome> ReserveAsync(long requests) =>
        (await _quota.ReserveAsync([new BudgetWant(_budget, new SpendVector(requests, 0, 0))], Labels, TestContext.Current.CancellationToken)).Decision.Outcome;
}
