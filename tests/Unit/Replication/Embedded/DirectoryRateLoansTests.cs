using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.RateLimits.Loans;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.Embedded;

public sealed class DirectoryRateLoansTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gg-rates-");

    [Fact]
    public async Task Letters_Written_AreReadByTheirReaderNewestOnly()
    {
        var (mine, other) = (new DirectoryRateLoans(new LedgerFolder(_folder.FullName)), new DirectoryRateLoans(new LedgerFolder(_folder.FullName)));
        var request = new LoanRequest(Guid.NewGuid(), 12.5);
        await mine.WriteAsync(new LoanLetter("us/e1", "eu/e1", new Dictionary<string, LoanRequest>(), new Dictionary<string, LoanGrant>()), TestContext.Current.CancellationToken);
        await mine.WriteAsync(new LoanLetter("us/e1", "eu/e1", new Dictionary<string, LoanRequest> { ["limit:a@1"] = request }, new Dictionary<string, LoanGrant>()), TestContext.Current.CancellationToken);

        var letter = (await other.ReadAsync("eu/e1", TestContext.Current.CancellationToken)).ShouldHaveSingleItem();

        letter.From.ShouldBe("us/e1");
        letter.Requests["limit:a@1"].ShouldBe(request);
        (await other.ReadAsync("us/e1", TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Offers_OfTwoMembers_AreAllRead()
    {
        var store = new DirectoryRateLoans(new LedgerFolder(_folder.FullName));
        await store.OfferAsync("us/e1", new Dictionary<string, double> { ["a"] = 1 }, TestContext.Current.CancellationToken);
        await store.OfferAsync("eu/e1", new Dictionary<string, double> { ["a"] = 2 }, TestContext.Current.CancellationToken);

        (await store.ReadOffersAsync(TestContext.Current.CancellationToken)).Select(o => (o.Key, o.Value["a"])).ShouldBe([("us/e1", 1.0), ("eu/e1", 2.0)], ignoreOrder: true);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
