using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Routing;

namespace GlobalGateway.EdgeNode.ResponseState;

/// <summary>What a request of the responses API says about state: for whom ids are signed, and which target it must go to.</summary>
public sealed class ResponseScope(ResponseIds ids, GatewayRequest request)
{
    /// <summary>Set when the request goes on with a stored response: no other target can serve it.</summary>
    public ResponsePin? Pin { get; set; }

    /// <summary>For answers of a target.</summary>
    /// <param name="credential">Its place among the provider's; -1 where there is none.</param>
    /// <param name="kept">The target answers in the responses API itself.</param>
    public ResponseIdStamp Stamp(ModelEndpoint target, int credential, bool kept) => new(ids, request.Client!.Tenant.Name, Pin, new ResponseOrigin(
        request.Region, request.Model!.Name, target.Id, credential < 0 ? "" : target.Provider.Credentials[credential].Name, kept, ""));

    /// <summary>For the stored response itself, wherever it is asked for.</summary>
    public ResponseIdStamp StampOfStored() => new(ids, request.Client!.Tenant.Name, Pin, Pin!.Origin);
}
