namespace GlobalGateway.Replication.RateLimits;

/// <summary>Whether a limit lets something pass, and where it stands.</summary>
/// <param name="Remaining">Units that could come right now.</param>
/// <param name="RetryAfter">When the same cost would be admitted; zero when it was.</param>
/// <param name="ResetAfter">When the limit is whole again.</param>
public readonly record struct RateDecision(bool Admitted, long Remaining, TimeSpan RetryAfter, TimeSpan ResetAfter);
