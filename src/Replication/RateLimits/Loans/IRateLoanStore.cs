namespace GlobalGateway.Replication.RateLimits.Loans;

/// <summary>
/// Carries loans between the members that share rates. Letters may be lost, late, repeated or overwritten by newer ones of the same
/// writer to the same reader: a loan then does not come about, and nothing else happens.
/// </summary>
public interface IRateLoanStore
{
    /// <summary>Says what this member could lend, by limit; replaces what it said before.</summary>
    /// <exception cref="Stores.LedgerUnavailableException">It may or may not be said.</exception>
    ValueTask OfferAsync(string member, IReadOnlyDictionary<string, double> spare, CancellationToken cancel = default);

    /// <summary>What every member said last, its own included.</summary>
    ValueTask<IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>>> ReadOffersAsync(CancellationToken cancel = default);

    /// <summary>Writes to another member; replaces what was written to it before.</summary>
    ValueTask WriteAsync(LoanLetter letter, CancellationToken cancel = default);

    /// <summary>The newest letter of each member to this one.</summary>
    ValueTask<IReadOnlyList<LoanLetter>> ReadAsync(string member, CancellationToken cancel = default);
}

/// <summary>What one member asks of another and answers it, by limit.</summary>
public sealed record LoanLetter(string From, string To, IReadOnlyDictionary<string, LoanRequest> Requests, IReadOnlyDictionary<string, LoanGrant> Grants);
