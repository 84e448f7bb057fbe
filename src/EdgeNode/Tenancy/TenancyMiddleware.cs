using System.Security.Cryptography;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Revocations;

namespace GlobalGateway.EdgeNode.Tenancy;

/// <summary>Knows the client by its key and refuses what it may not use, before the body is read.</summary>
public sealed class TenancyMiddleware(RequestDelegate next, RevokedKeys revoked, TimeProvider clock)
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

        return Authenticate(request, key) is { } stranger ? ErrorWriter.WriteAsync(context, stranger) : AuthorizeAsync(context, request);
    }

    /// <summary>Sets the request's client, or says why there is none.</summary>
    private GatewayError? Authenticate(GatewayRequest request, ReadOnlySpan<char> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (!KeyIndex.TryHash(key, hash))
        {
            return GatewayError.WrongKey();
        }

        // Asked before the bundle is, so that no bundle can bring a revoked key back.
        if (revoked.Contains(hash))
        {
            return GatewayError.KeyRevoked();
        }

        var snapshot = request.Snapshot!;
        var now = snapshot.JudgedTime(clock.GetUtcNow());
        var client = snapshot.Keys.Find(hash);
        var refusal = client is null ? GatewayError.WrongKey()
            : now < client.Key.NotBefore ? GatewayError.KeyNotYetValid(client.Key.NotBefore!.Value)
            : now >= client.Key.NotAfter ? GatewayError.KeyExpired(client.Key.NotAfter!.Value)
            : (GatewayError?)null;
        if (refusal is not null)
        {
            request.TenantNumber = snapshot.Signals.TenantBefore(hash, now);
            return refusal;
        }

        request.Client = client;
        request.TenantNumber = client!.TenantNumber;
        return null;
    }

    private Task AuthorizeAsync(HttpContext context, GatewayRequest request)
    {
        var client = request.Client!;
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
