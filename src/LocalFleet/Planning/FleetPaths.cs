namespace GlobalGateway.LocalFleet.Planning;

/// <summary>The files of a fleet's state folder.</summary>
public sealed record FleetPaths(string State)
{
    public string AdminToken => Path.Combine(State, "admin.token");
    public string ResponseIdKey => Path.Combine(State, "response-ids.key");
    public string Authority => Path.Combine(State, "ca");
    public string Trust => Path.Combine(State, "trust");
    public string ControlPlane => Plane("control-plane");
    public string Plane(string name) => Path.Combine(State, name);
    public string PlaneSettings(string name) => Path.Combine(Plane(name), "control-plane.json");
    public string SigningKey => Path.Combine(ControlPlane, "signing.key");
    public string Record => Path.Combine(State, "fleet.json");
    public string Ledger => Path.Combine(State, "ledger");
    public string Edge(string name) => Path.Combine(State, "edges", name);
    public string EdgeSettings(string name) => Path.Combine(Edge(name), "edge.json");
    public string Redis(string region) => Path.Combine(State, "redis", region);
    public string Cassandra(string region) => Path.Combine(State, "cassandra", region);
    public string Etcd => Path.Combine(State, "etcd");
    public string Log(string name) => Path.Combine(State, "logs", $"{name}.log");
}
