namespace GlobalGateway.Replication.Survey;

/// <summary>What a check of a server came to.</summary>
public enum CheckOutcome
{
    Ok = 1,
    Failed = 2,

    /// <summary>The server does not say, which alone is no reason to refuse it.</summary>
    Unknown = 3,
}
