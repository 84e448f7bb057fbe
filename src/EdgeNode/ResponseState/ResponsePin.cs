using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Upstreams;

namespace GlobalGateway.EdgeNode.ResponseState;

/// <summary>The one place that holds a stored response.</summary>
/// <param name="Id">The response's id as the client knows it.</param>
/// <param name="Credential">Its place among the provider's; -1 where there is none.</param>
public sealed record ResponsePin(string Id, ResponseOrigin Origin, ModelEndpoint Target, int Credential)
{
    /// <summary>Absent where the provider needs none.</summary>
    public UpstreamCredential? Account => Credential < 0 ? null : Target.Provider.Credentials[Credential];

    public string? Secret => Account?.Secret;
}
