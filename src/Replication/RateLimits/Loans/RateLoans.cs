namespace GlobalGateway.Replication.RateLimits.Loans;

/// <summary>
/// One member's part of a rate that several share: its own, less what it has lent, plus what it has borrowed, each for a term. No
/// clock and no I/O. Invariants: what is lent is out of use before the grant can be read; a loan runs from when the borrower asked,
/// at the borrower, and from when the lender granted, at the lender, and asking comes first, so whatever the two clocks read,
/// the borrower stops before the lender begins again; a request is granted once; what is borrowed is not lent on; a member that
/// does not know what it lent before it was started uses its floor alone for a term. Together all members' rates in use are at
/// most what they own.
/// </summary>
/// <param name="owned">Units per second.</param>
/// <param name="floor">The part that is never lent: what a member has that nobody answers.</param>
/// <param name="term">How long a loan lasts for its borrower.</param>
/// <param name="started">By the member's own clock, as every other time here.</param>
public sealed class RateLoans(double owned, double floor, TimeSpan term, TimeSpan started)
{
    /// <summary>Loans and requests of one member at a time.</summary>
    public const int LoansMax = 64;

    /// <summary>A lender waits this share of a term longer: two clocks do not run equally fast.</summary>
    public const double DriftMax = 0.01;

    private readonly List<Loan> _lent = [new(Guid.Empty, owned - floor, started + Longer(term))];
    private readonly List<Loan> _borrowed = [];
    private readonly List<Loan> _asked = [];

    public double Owned => owned;

    /// <summary>What may be used now.</summary>
    public double InUse(TimeSpan now) => Math.Max(0, owned - Sum(_lent, now)) + Sum(_borrowed, now);

    /// <summary>What may be used from now on until then, if it is not looked at again in between.</summary>
    public double InUseThrough(TimeSpan now, TimeSpan until) => Math.Max(0, owned - Sum(_lent, now)) + Sum(_borrowed, until);

    /// <summary>What of its own could be lent now.</summary>
    /// <param name="needed">By the member itself.</param>
    public double Spare(double needed, TimeSpan now) => Math.Max(0, owned - Sum(_lent, now) - Math.Max(needed, floor));

    /// <summary>Borrows from <paramref name="now"/> on, should it be granted.</summary>
    public LoanRequest? Ask(Guid id, double rate, TimeSpan now)
    {
        Forget(now);
        if (_asked.Count + _borrowed.Count >= LoansMax)
        {
            return null;
        }

        _asked.Add(new Loan(id, rate, now + term));
        return new LoanRequest(id, rate);
    }

    /// <summary>Lends what it can of a request; nothing when that was done before or there is nothing to lend.</summary>
    /// <param name="needed">By the lender itself.</param>
    public LoanGrant? Grant(LoanRequest request, double needed, TimeSpan now)
    {
        Forget(now);
        var rate = Math.Min(request.Rate, Spare(needed, now));
        if (rate <= 0 || _lent.Count >= LoansMax || _lent.Exists(loan => loan.Id == request.Id))
        {
            return null;
        }

        _lent.Add(new Loan(request.Id, rate, now + Longer(term)));
        return new LoanGrant(request.Id, rate);
    }

    /// <summary>Uses what was granted, for what is left of its term.</summary>
    public bool Receive(LoanGrant grant, TimeSpan now)
    {
        Forget(now);
        var at = _asked.FindIndex(asked => asked.Id == grant.Id);
        if (at < 0)
        {
            return false;
        }

        var asked = _asked[at];
        _asked.RemoveAt(at);
        _borrowed.Add(asked with { Rate = Math.Min(asked.Rate, grant.Rate) });
        return true;
    }

    private void Forget(TimeSpan now)
    {
        _lent.RemoveAll(loan => loan.Until <= now);
        _borrowed.RemoveAll(loan => loan.Until <= now);
        _asked.RemoveAll(loan => loan.Until <= now);
    }

    private static double Sum(List<Loan> loans, TimeSpan now)
    {
        var sum = 0.0;
        foreach (var loan in loans)
        {
            sum += loan.Until > now ? loan.Rate : 0;
        }

        return sum;
    }

    private static TimeSpan Longer(TimeSpan term) => term * (1 + DriftMax);

    private readonly record struct Loan(Guid Id, double Rate, TimeSpan Until);
}
