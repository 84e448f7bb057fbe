using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Jwt;
using GlobalGateway.EdgeNode.Probing;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Revocations;

namespace GlobalGateway.EdgeNode.Tenancy;

/// <summary>Knows the client by its key and refuses what it may not use, before the body is read.</summary>
public sealed class TenancyMiddleware(RequestDelegate next, RevokedKeys revoked, JwtCheck tokens, TimeProvider clock)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Gateway();
        if (context.Features.Get<ProbeCall>() is { } probe)
        {
            (request.Client, request.Probe) = (probe.Client, true);
            return AuthorizeAsync(context, request);
        }

        var key = PresentedKey.From(context.Request);
        if (key.IsEmpty)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return ErrorWriter.WriteAsync(context, GatewayError.NoKey());
        }

        if (request.Snapshot!.Keys.Tokens.MayTake(key))
        {
            return AuthenticateTokenAsync(context, request, key);
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

    /// <summary>A token that was checked already costs a look-up; another one its check, which may wait for its issuer's keys.</summary>
    private Task AuthenticateTokenAsync(HttpContext context, GatewayRequest request, ReadOnlySpan<char> token)
    {
        if (token.Length > JwtLimits.TokenLettersMax)
        {
            return ErrorWriter.WriteAsync(context, GatewayError.WrongToken());
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(token.Length));
        SHA256.HashData(bytes.AsSpan(0, Encoding.UTF8.GetBytes(token, bytes)), hash);
        ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        if (revoked.Contains(hash))
        {
            return ErrorWriter.WriteAsync(context, GatewayError.KeyRevoked());
        }

        var snapshot = request.Snapshot!;
        var now = snapshot.JudgedTime(clock.GetUtcNow());
        return snapshot.Keys.Tokens.Find(hash, now) is { } client
            ? AdmitAsync(context, request, client)
            : CheckTokenAsync(context, request, token.ToString(), hash.ToArray(), now);
    }

    private async Task CheckTokenAsync(HttpContext context, GatewayRequest request, string token, byte[] hash, DateTimeOffset now)
    {
        var snapshot = request.Snapshot!;
        var (client, until, refusal) = await tokens.RunAsync(snapshot, token, now, context.RequestAborted);
        if (client is null)
        {
            request.TenantNumber = snapshot.Signals.TenantBefore(hash, now);
            await ErrorWriter.WriteAsync(context, refusal);
            return;
        }

        snapshot.Keys.Tokens.Remember(hash, client, until, now);
        await AdmitAsync(context, request, client);
    }

    private Task AdmitAsync(HttpContext context, GatewayRequest request, ClientIdentity client)
    {
        (request.Client, request.TenantNumber) = (client, client.TenantNumber);
        return AuthorizeAsync(context, request);
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
