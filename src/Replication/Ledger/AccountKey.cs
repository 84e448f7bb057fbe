namespace GlobalGateway.Replication.Ledger;

/// <summary>One budget in one period.</summary>
/// <param name="Budget">The budget's stable id.</param>
/// <param name="Period">The period's first second, in Unix time.</param>
public readonly record struct AccountKey(string Budget, long Period)
{
    public override string ToString() => $"{Budget}@{DateTimeOffset.FromUnixTimeSeconds(Period):yyyy-MM-dd'T'HH:mm:ss'Z'}";
}
