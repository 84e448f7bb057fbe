using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Requests;

namespace GlobalGateway.EdgeNode.Tenancy;

/// <summary>Knows the client by its key and refuses what it may not use, before the body is read.</summary>
public sealed class TenancyMiddleware(RequestDelegate next, TimeProvider clock)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Gateway();
        var key = PresentedKey.From(context.Request);
        if (key.IsEmpty)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return ErrorWriter.WriteAsync(context, GatewayError.NoKey());
        }

        if (request.Snapshot!.Keys.Find(key) is not { } client)
        {
            return ErrorWriter.WriteAsync(context, GatewayError.WrongKey());
        }

        if (client.Key.NotBefore is { } from && clock.GetUtcNow() < from)
        {
            return ErrorWriter.WriteAsync(context, GatewayError.KeyNotYetValid(from));
        }

        if (client.Key.NotAfter is { } until && clock.GetUtcNow() >= until)
        {
            return ErrorWriter.WriteAsync(context, GatewayError.KeyExpired(until));
        }

        request.Client = client;
        if (request.Route is { } route)
        {
            return client.Routes.Contains(route.Name) ? next(context) : ErrorWriter.WriteAsync(context, GatewayError.RouteNotAllowed());
        }

        if (request.PathModel is { } model && request.Operation != Operation.GetModel)
        {
            if (ModelAccess.Resolve(request, model) is { } refusal)
            {
                return ErrorWriter.WriteAsync(context, refusal);
            }
        }

        return next(context);
    }
}
