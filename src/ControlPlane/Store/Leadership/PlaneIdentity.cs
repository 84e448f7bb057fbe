namespace GlobalGateway.ControlPlane.Store.Leadership;

/// <summary>Which control plane this process is; its name is unique in the fleet.</summary>
/// <param name="Name">Such as <c>us-east.control-plane-1</c>: region and name of its certificate.</param>
/// <param name="Api">Where people and other control planes reach its API.</param>
/// <param name="Region">Where it is; edges there are the nearest.</param>
public sealed record PlaneIdentity(string Name, string Api, string Region = "");
