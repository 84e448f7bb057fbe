namespace GlobalGateway.Replication.Accounts;

/// <summary>What one try came to.</summary>
public enum RightsStep
{
    /// <summary>Rights are held now.</summary>
    Leased,

    /// <summary>The log moved on meanwhile: try again.</summary>
    Moved,

    /// <summary>The region has not enough that is not granted.</summary>
    Exhausted,

    /// <summary>The journal takes no leases.</summary>
    JournalFull,
}
