namespace GlobalGateway.ControlPlane.Revocations;

/// <summary>What the revocation lane can do at once: enough for an incident, too little to lock a fleet's clients out.</summary>
public static class RevocationLimits
{
    public const int KeysPerRequestMax = 100;

    /// <summary>One operator alone may have one in so many of the serving bundle's keys revoked, and always one key.</summary>
    public const int ShareOfKeys = 100;

    /// <summary>Requests that wait for an approval.</summary>
    public const int PendingMax = 50;

    /// <summary>A request that nobody approved by then is forgotten.</summary>
    public static readonly TimeSpan PendingFor = TimeSpan.FromHours(24);

    /// <summary>How often entries that no bundle needs are looked for, and lists that edges hold are taken over.</summary>
    public static readonly TimeSpan HousekeepingEvery = TimeSpan.FromSeconds(10);
}
