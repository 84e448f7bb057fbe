using GlobalGateway.Replication.RateLimits;
using GlobalGateway.Replication.RateLimits.Loans;
using GlobalGateway.Replication.Redis;

namespace GlobalGateway.EdgeNode.Limits;

/// <summary>One global limit as this edge, or its region, may use it now, and how much of it clients ask for.</summary>
public sealed class LoanedRate
{
    /// <summary>The part of its own rate that an edge never lends, and has when nobody answers.</summary>
    public const double FloorShare = 0.25;

    // Of the newest second; older ones fade.
    private const double Fading = 0.5;

    private readonly Lock _gate = new();
    private readonly double _owned;
    private readonly TimeSpan _term;
    private readonly long _burst;
    private readonly RegionRate? _region;
    private RateLoans _loans;
    private TimeSpan? _saidAt;
    private long _asked;
    private double _wanted;

    /// <param name="own">This member's part of the limit.</param>
    /// <param name="region">Where the region's edges share its rate; absent, the member is this edge alone.</param>
    public LoanedRate(Gcra own, TimeSpan term, TimeSpan now, RegionRate? region = null)
    {
        _owned = TimeSpan.TicksPerSecond / own.TicksPerUnit;
        (_term, _burst, _region) = (term, own.Burst, region);
        _loans = new RateLoans(_owned, Floor, term, now);
        Lends = region is null;
    }

    /// <summary>What is never lent, in units per second.</summary>
    public double Floor => _owned * FloorShare;

    /// <summary>Whether this edge may lend and borrow at this turn; of a region one edge does.</summary>
    public bool Lends { get; private set; }

    /// <summary>
    /// Says in the region's Redis what its edges may use, and takes over or gives up lending as that turns out. Another edge that took
    /// over lends nothing for a term; so whoever said a rate less than <see cref="RegionRate.Held"/> before, which is less than a term,
    /// still knows all that its region lent.
    /// </summary>
    public async ValueTask SayAsync(bool mayLend, Func<TimeSpan> clock, CancellationToken cancel)
    {
        Lends = false;
        if (!mayLend)
        {
            return;
        }

        var asking = clock();
        var rate = With(loans => _saidAt is null ? Floor : loans.InUseThrough(asking, asking + RegionRate.Held * (1 + RateLoans.DriftMax) + RateLending.Every));
        var said = await _region!.SayAsync(rate, cancel);
        if (said.Outcome == RegionRateOutcome.Said)
        {
            Interlocked.Add(ref _asked, said.Asked);
            var now = clock();
            lock (_gate)
            {
                if (_saidAt is not { } before || now - before > RegionRate.Held)
                {
                    _loans = new RateLoans(_owned, Floor, _term, now);
                }

                _saidAt = asking;
            }

            Lends = true;
        }
        else if (said.Outcome == RegionRateOutcome.HeldByAnother)
        {
            _saidAt = null;
        }
    }

    /// <summary>Units per second that clients asked for of late.</summary>
    public double Wanted => Volatile.Read(ref _wanted);

    /// <summary>The limit as it holds at this moment, for a request of some cost.</summary>
    public Gcra Take(long cost, TimeSpan now)
    {
        Interlocked.Add(ref _asked, cost);
        lock (_gate)
        {
            return new Gcra(TimeSpan.TicksPerSecond / _loans.InUse(now), _burst);
        }
    }

    /// <summary>The same for settling, which asks for nothing.</summary>
    public Gcra Rate(TimeSpan now) => Take(0, now);

    /// <summary>Takes in what was asked for since the last turn.</summary>
    public void Learn(TimeSpan took) =>
        Volatile.Write(ref _wanted, _wanted * Fading + Interlocked.Exchange(ref _asked, 0) / Math.Max(took.TotalSeconds, 0.001) * (1 - Fading));

    public double InUse(TimeSpan at) => With(loans => loans.InUse(at));

    public double Spare(TimeSpan now) => With(loans => loans.Spare(Needed, now));

    public LoanRequest? Ask(double rate, TimeSpan now) => With(loans => loans.Ask(Guid.NewGuid(), rate, now));

    public LoanGrant? Grant(LoanRequest request, TimeSpan now) => With(loans => loans.Grant(request, Needed, now));

    public bool Receive(LoanGrant grant, TimeSpan now) => With(loans => loans.Receive(grant, now));

    /// <summary>With room for what comes while a loan is on its way.</summary>
    public double Needed => Wanted * 1.25;

    private T With<T>(Func<RateLoans, T> act)
    {
        lock (_gate)
        {
            return act(_loans);
        }
    }
}
