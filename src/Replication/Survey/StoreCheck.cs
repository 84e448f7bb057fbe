namespace GlobalGateway.Replication.Survey;

/// <summary>One thing that must hold of a server that the ledger or the rate limits rest on.</summary>
/// <param name="Name">Which server and what of it, as operators look it up: <c>redis maxmemory-policy</c>.</param>
/// <param name="Found">What the server answered, without secrets.</param>
/// <param name="Remedy">What to do about it; nothing when it is as it should be.</param>
public sealed record StoreCheck(string Name, CheckOutcome Outcome, string Found, string? Remedy = null)
{
    public static StoreCheck Ok(string name, string found) => new(name, CheckOutcome.Ok, found);

    public static StoreCheck Failed(string name, string found, string remedy) => new(name, CheckOutcome.Failed, found, remedy);

    public static StoreCheck Unknown(string name, string found, string? remedy = null) => new(name, CheckOutcome.Unknown, found, remedy);
}
