namespace GlobalGateway.Testing;

/// <summary>Loopback ports that nobody listens on, from the same row as those of fleets.</summary>
public static class FreePorts
{
    /// <summary>Another one each time.</summary>
    public static int Next() => LocalFleet.Ports.FreePorts.Next();
}
