namespace GlobalGateway.Config.BadBundles;

/// <summary>An edge as <c>GET /api/v1/edges</c> shows it.</summary>
/// <param name="Process">What the fleet calls its process.</param>
public sealed record ShownEdge(string Process, bool Connected, string State, string? Revision, long Sequence, string? Reason);
