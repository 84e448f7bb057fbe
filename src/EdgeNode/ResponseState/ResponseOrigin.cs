namespace GlobalGateway.EdgeNode.ResponseState;

/// <summary>Where a response was made, as its id says.</summary>
/// <param name="Region">Of the edge that made it.</param>
/// <param name="Model">The public model it was asked of.</param>
/// <param name="Target">The upstream model, endpoint and provider that answered.</param>
/// <param name="Credential">By its name; empty where the provider needs none.</param>
/// <param name="IsKept">The target has the responses API and keeps what the client let it keep.</param>
/// <param name="ProvidersId">The provider's own id.</param>
public sealed record ResponseOrigin(string Region, string Model, string Target, string Credential, bool IsKept, string ProvidersId);
