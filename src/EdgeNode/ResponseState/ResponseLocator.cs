using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.EdgeNode.Tenancy;

namespace GlobalGateway.EdgeNode.ResponseState;

/// <summary>Finds the target and credential that hold a response, from whichever region it is asked for.</summary>
public static class ResponseLocator
{
    /// <summary>Where to go on with the response, under the model that the request names; or why that cannot be.</summary>
    /// <param name="param">The field that holds the id; absent where it stands in the path.</param>
    public static GatewayError? Find(GatewayRequest request, string id, ResponseIds ids, string? param, out ResponsePin? pin)
    {
        pin = null;
        if (ids.Read(id, request.Client!.Tenant.Name) is not { } origin)
        {
            return ResponseStateErrors.Unknown(id, param);
        }

        if (request.Model is null && ModelAccess.Resolve(request, origin.Model) is { } refusal)
        {
            return refusal.Status == 404 ? ResponseStateErrors.Gone(origin, param) : refusal;
        }

        if (!origin.IsKept)
        {
            return ResponseStateErrors.NotKept(id, param);
        }

        var target = TargetsOf(request).FirstOrDefault(t => t.Id == origin.Target) ?? TargetsOf(request).FirstOrDefault(t => IsSamePlace(t, origin.Target));
        if (target?.Urls.For(Operation.Responses) is null)
        {
            return request.Model!.Name == origin.Model ? ResponseStateErrors.Gone(origin, param) : ResponseStateErrors.OtherModel(origin, request.Model.Name);
        }

        var credential = Array.FindIndex(target.Provider.Credentials, c => c.Name == origin.Credential);
        if (credential < 0 && (origin.Credential.Length > 0 || target.Provider.Credentials.Length > 0))
        {
            return ResponseStateErrors.Gone(origin, param);
        }

        pin = new ResponsePin(id, origin, target, credential);
        return target.Provider.CanCall(target.Endpoint) && (credential < 0 || pin.Secret is not null) ? null : ResponseStateErrors.Unreachable(origin, param);
    }

    /// <summary>All that may have answered for the model: its own targets, and those of the models it falls back to.</summary>
    private static IEnumerable<ModelEndpoint> TargetsOf(GatewayRequest request)
    {
        var model = request.Model!;
        var fallbacks = model.Resource.Fallbacks.Concat(model.Resource.ContextFallbacks).Concat(model.Resource.ContentFallbacks);
        return fallbacks.Where(request.Client!.MayUse).Select(request.Snapshot!.FindModel).OfType<CompiledModel>().Prepend(model).SelectMany(m => m.Near.Concat(m.Far));
    }

    // Another upstream model at the same endpoint has the same store.
    private static bool IsSamePlace(ModelEndpoint target, string origin) =>
        origin.StartsWith($"{target.Provider.Name}/{target.Endpoint.Name}/", StringComparison.Ordinal);
}
