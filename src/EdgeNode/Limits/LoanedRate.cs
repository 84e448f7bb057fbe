using GlobalGateway.Replication.RateLimits;
using GlobalGateway.Replication.RateLimits.Loans;

namespace GlobalGateway.EdgeNode.Limits;

/// <summary>One global limit as this edge may use it now, and how much of it clients ask for.</summary>
public sealed class LoanedRate
{
    /// <summary>The part of its own rate that an edge never lends, and has when nobody answers.</summary>
    public const double FloorShare = 0.25;

    // Of the newest second; older ones fade.
    private const double Fading = 0.5;

    private readonly Lock _gate = new();
    private readonly RateLoans _loans;
    private readonly long _burst;
    private long _asked;
    private double _wanted;

    /// <param name="own">This edge's part of the limit.</param>
    public LoanedRate(Gcra own, TimeSpan term, TimeSpan now)
    {
        var owned = TimeSpan.TicksPerSecond / own.TicksPerUnit;
        _loans = new RateLoans(owned, owned * FloorShare, term, now);
        _burst = own.Burst;
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
