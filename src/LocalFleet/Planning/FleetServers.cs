namespace GlobalGateway.LocalFleet.Planning;

/// <summary>Which servers a fleet brings along, instead of doing their work in its own processes and files.</summary>
[Flags]
public enum FleetServers
{
    None = 0,
    Redis = 1,
    Cassandra = 2,
    Etcd = 4,
}
