namespace GlobalGateway.EdgeNode.Routing;

/// <summary>The targets of one request in the order in which they are tried.</summary>
public readonly record struct TargetPlan(List<ModelEndpoint> Targets);
