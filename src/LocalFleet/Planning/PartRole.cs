namespace GlobalGateway.LocalFleet.Planning;

/// <summary>What a process of the fleet is.</summary>
public enum PartRole
{
    ControlPlane,
    Simulator,
    Edge,
}
