using FsCheck;
using FsCheck.Fluent;
using GlobalGateway.Replication.RateLimits.Loans;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.RateLimits.Loans;

public sealed class RateLoansTests
{
    private const int Members = 3;
    private const double Owned = 100;
    private const double Floor = 25;

    private static readonly TimeSpan Term = TimeSpan.FromSeconds(10);

    [Fact]
    public void InUse_AnyScheduleOfAnyLetters_IsTogetherAtMostWhatAllOwn() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000),
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ListOf(200).Select(list => list.ToArray()).ToArbitrary(), steps => new World(steps).Run()));

    [Fact]
    public void InUse_Alone_IsItsOwnOnceWhatItMayHaveLentBeforeIsOver()
    {
        var loans = new RateLoans(Owned, Floor, Term, TimeSpan.Zero);

        loans.InUse(TimeSpan.FromSeconds(1)).ShouldBe(Floor);
        loans.InUse(Term * 1.02).ShouldBe(Owned);
    }

    [Fact]
    public void Loan_Granted_MovesRateForATermAndBack()
    {
        var lender = new RateLoans(Owned, Floor, Term, -Term * 2);
        var borrower = new RateLoans(Owned, Floor, Term, -Term * 2);
        var request = borrower.Ask(Guid.NewGuid(), 200, TimeSpan.Zero)!.Value;

        borrower.Receive(lender.Grant(request, needed: 40, TimeSpan.Zero)!.Value, TimeSpan.FromSeconds(1)).ShouldBeTrue();

        lender.InUse(TimeSpan.FromSeconds(2)).ShouldBe(40);
        borrower.InUse(TimeSpan.FromSeconds(2)).ShouldBe(160);
        borrower.InUse(Term).ShouldBe(Owned);
        lender.InUse(Term).ShouldBe(40);
        lender.InUse(Term * 1.02).ShouldBe(Owned);
    }

    [Fact]
    public void Grant_TheSameRequestTwice_LendsOnce()
    {
        var lender = new RateLoans(Owned, Floor, Term, -Term * 2);
        var request = new LoanRequest(Guid.NewGuid(), 30);

        lender.Grant(request, 0, TimeSpan.Zero).ShouldNotBeNull();
        lender.Grant(request, 0, TimeSpan.FromSeconds(1)).ShouldBeNull();
    }

    /// <summary>Members whose clocks begin anywhere, and a post that loses, delays, repeats and cuts off.</summary>
    private sealed class World
    {
        private readonly int[] _steps;
        private readonly RateLoans[] _members = new RateLoans[Members];
        private readonly TimeSpan[] _offsets = new TimeSpan[Members];
        private readonly List<(int To, LoanRequest Request)> _requests = [];
        private readonly List<(int To, LoanGrant Grant)> _grants = [];
        private readonly Dictionary<Guid, int> _askers = [];
        private TimeSpan _now = TimeSpan.FromHours(1);
        private int _ids;

        public World(int[] steps)
        {
            _steps = steps;
            for (var i = 0; i < Members; i++)
            {
                // Long before: nobody has lent anything yet.
                _offsets[i] = TimeSpan.FromSeconds(steps[i] % 100_000);
                _members[i] = new RateLoans(Owned, Floor, Term, Clock(i) - Term * 2);
            }
        }

        public void Run()
        {
            foreach (var step in _steps)
            {
                Do(step & 7, step >> 3 & 0xFF, step >> 11);
                var used = Enumerable.Range(0, Members).Sum(i => _members[i].InUse(Clock(i)));
                used.ShouldBeLessThanOrEqualTo(Owned * Members + 1e-6);
            }
        }

        private void Do(int what, int amount, int which)
        {
            var member = which % Members;
            switch (what)
            {
                case 0 or 1:
                    _now += TimeSpan.FromMilliseconds(amount * 40);
                    break;
                case 2:
                    var id = new Guid(++_ids, 0, 0, new byte[8]);
                    if (_members[member].Ask(id, amount, Clock(member)) is { } request)
                    {
                        _askers[id] = member;
                        _requests.Add(((member + 1 + amount % (Members - 1)) % Members, request));
                    }

                    break;
                case 3 or 4 when _requests.Count > 0:
                    // It stays in the post: it may come again, at any time.
                    var (to, asked) = _requests[which % _requests.Count];
                    if (_members[to].Grant(asked, amount % 60, Clock(to)) is { } grant)
                    {
                        _grants.Add((_askers[asked.Id], grant));
                    }

                    break;
                case 5 or 6 when _grants.Count > 0:
                    var (borrower, granted) = _grants[which % _grants.Count];
                    _members[borrower].Receive(granted, Clock(borrower));
                    break;
                case 7 when amount < 40:
                    // A member dies and comes back without memory, and with another clock.
                    _offsets[member] = TimeSpan.FromSeconds(amount * 977);
                    _members[member] = new RateLoans(Owned, Floor, Term, Clock(member));
                    break;
            }
        }

        private TimeSpan Clock(int member) => _now + _offsets[member];
    }
}
