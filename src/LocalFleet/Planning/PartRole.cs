namespace GlobalGateway.LocalFleet.Planning;

/// <summary>What a process of the fleet is.</summary>
public enum PartRole
{
    ControlPlane,
    Simulator,
    Edge,
    Redis,
    Cassandra,
    Etcd,
}

public static class PartRoles
{
    /// <summary>Edges or control planes need it to start and to end well, so it starts before them and ends after them.</summary>
    public static bool IsServer(this PartRole role) => role is PartRole.Redis or PartRole.Cassandra or PartRole.Etcd;
}
