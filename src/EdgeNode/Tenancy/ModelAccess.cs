using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Requests;

namespace GlobalGateway.EdgeNode.Tenancy;

/// <summary>Resolves the model a client named, against what its key may use.</summary>
public static class ModelAccess
{
    /// <summary>Sets the request's model; returns the refusal when there is none or it is not allowed.</summary>
    public static GatewayError? Resolve(GatewayRequest request, string name)
    {
        if (request.Snapshot!.FindModel(name) is not { } model)
        {
            return GatewayError.UnknownModel(name);
        }

        if (!request.Client!.MayUse(model.Name))
        {
            return GatewayError.ModelNotAllowed(name);
        }

        request.Model = model;
        return null;
    }
}
