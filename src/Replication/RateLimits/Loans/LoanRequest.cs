namespace GlobalGateway.Replication.RateLimits.Loans;

/// <summary>A wish to borrow.</summary>
/// <param name="Rate">Units per second.</param>
public readonly record struct LoanRequest(Guid Id, double Rate);

/// <summary>What of a wish is lent.</summary>
public readonly record struct LoanGrant(Guid Id, double Rate);
