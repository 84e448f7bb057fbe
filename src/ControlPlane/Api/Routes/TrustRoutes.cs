using GlobalGateway.ControlPlane.Tokens;
using GlobalGateway.ControlPlane.Trust;

namespace GlobalGateway.ControlPlane.Api.Routes;

/// <summary>The key that signs what edges are told, and its change.</summary>
public static class TrustRoutes
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/trust", (Resigner resigner) => Results.Json(new TrustShown(resigner.KeyId))).For(ApiRole.Viewer)
            .Produces<TrustShown>().WithSummary("The id of the key that this control plane signs with.");
        api.MapPost("/trust/resign", ResignAsync).For(ApiRole.Admin)
            .Produces<ResignResult>().ProducesProblem(StatusCodes.Status421MisdirectedRequest).WithSummary("Signs pointers, manifests and revocations anew with the key of now.");
    }

    private static async Task<IResult> ResignAsync(Resigner resigner, HttpContext context) => Results.Json(await resigner.RunAsync(context.Caller(), context.RequestAborted));
}

/// <param name="SigningKey">The first 16 digits of the public key's SHA-256.</param>
public sealed record TrustShown(string SigningKey);
