using System.Collections.Frozen;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Limits;
using GlobalGateway.Replication.RateLimits;
using GlobalGateway.Replication.RateLimits.Loans;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Limits;

public sealed class RateLendingTests
{
    // Two regions share 100 requests a second, and may each have 10 at once.
    private static readonly CompiledLimit Limit = new()
    {
        Name = "all",
        Key = "all:requests:acme",
        CountsTokens = false,
        IsGlobal = true,
        Rate = Gcra.Create(50, TimeSpan.FromSeconds(1), 10),
        Limit = 50,
        Models = FrozenSet<string>.Empty,
    };

    private readonly ManualClock _clock = new();
    private readonly MemoryLoans _post = new();

    [Fact]
    public async Task Turn_OneRegionIsAskedForMore_BorrowsFromTheOneThatIsNot()
    {
        var (busy, idle) = (Create("us-east"), Create("eu-west"));
        _clock.Advance(RateLending.Term * 1.1);
        await idle.TurnAsync();

        await RunAsync(busy, idle, perSecond: 90, TimeSpan.FromSeconds(5));

        Rate(busy).ShouldBeGreaterThan(80);
        (Rate(busy) + Rate(idle)).ShouldBeLessThanOrEqualTo(100.001);
    }

    [Fact]
    public async Task Turn_TheOthersFallSilent_FallsBackToItsOwnPartWithinATerm()
    {
        var (busy, idle) = (Create("us-east"), Create("eu-west"));
        _clock.Advance(RateLending.Term * 1.1);
        await idle.TurnAsync();
        await RunAsync(busy, idle, perSecond: 90, TimeSpan.FromSeconds(5));
        _post.IsCut = true;

        for (var i = 0; i < 2 * RateLending.Term / RateLending.Every; i++)
        {
            busy.RateOf(Limit, 45);
            _clock.Advance(RateLending.Every);
            await busy.TurnAsync();
        }

        Rate(busy).ShouldBe(50, 0.001);
        Rate(idle).ShouldBe(50, 0.001);
    }

    [Fact]
    public void RateOf_JustStarted_IsTheFloorThatIsNeverLent() =>
        Rate(Create("us-east")).ShouldBe(50 * LoanedRate.FloorShare, 0.001);

    private async Task RunAsync(RateLending busy, RateLending idle, int perSecond, TimeSpan time)
    {
        for (var i = 0; i < time / RateLending.Every; i++)
        {
            busy.RateOf(Limit, (long)(perSecond * RateLending.Every.TotalSeconds));
            _clock.Advance(RateLending.Every);
            await busy.TurnAsync();
            await idle.TurnAsync();
        }
    }

    private static double Rate(RateLending lending) => TimeSpan.TicksPerSecond / lending.RateOf(Limit, 0).TicksPerUnit;

    private RateLending Create(string region) => new(
        new EdgeOptions { Fleet = "test", Region = region, Name = "edge-1", DataDirectory = "", PublicListen = [], ManagementListen = "" },
        _post, name => name == Limit.SharedAs ? Limit : null, _clock);

    private sealed class MemoryLoans : IRateLoanStore
    {
        private readonly Dictionary<string, IReadOnlyDictionary<string, double>> _offers = [];
        private readonly Dictionary<(string From, string To), LoanLetter> _letters = [];

        public bool IsCut { get; set; }

        public ValueTask OfferAsync(string member, IReadOnlyDictionary<string, double> spare, CancellationToken cancel = default)
        {
            _offers[member] = spare;
            return ValueTask.CompletedTask;
        }

        public ValueTask<IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>>> ReadOffersAsync(CancellationToken cancel = default) =>
            new(new Dictionary<string, IReadOnlyDictionary<string, double>>(_offers));

        public ValueTask WriteAsync(LoanLetter letter, CancellationToken cancel = default)
        {
            _letters[(letter.From, letter.To)] = letter;
            return ValueTask.CompletedTask;
        }

        public ValueTask<IReadOnlyList<LoanLetter>> ReadAsync(string member, CancellationToken cancel = default) =>
            new(IsCut ? [] : [.. _letters.Values.Where(letter => letter.To == member)]);
    }
}
