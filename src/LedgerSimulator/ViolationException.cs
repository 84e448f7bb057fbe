namespace GlobalGateway.LedgerSimulator;

/// <summary>An invariant does not hold.</summary>
public sealed class ViolationException(string invariant, string message) : Exception($"{invariant}: {message}")
{
    public string Invariant { get; } = invariant;
}
