using GlobalGateway.ControlPlane.Tokens;

namespace GlobalGateway.ControlPlane.Api;

/// <summary>Lets a route be used by holders of a role only. Every route of the API is given one: what has none is refused.</summary>
public static class ApiAccess
{
    /// <summary>Where the OpenAPI document says it.</summary>
    public const string DocumentField = "x-gateway-role";

    private static readonly object CallerKey = new();

    public static RouteHandlerBuilder For(this RouteHandlerBuilder route, ApiRole role) => route
        .WithMetadata(new RequiredRole(role))
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden);

    /// <summary>The name of the token that the request came with.</summary>
    public static string Caller(this HttpContext context) => (string)context.Items[CallerKey]!;

    /// <summary>Runs before any route reads a body or a parameter.</summary>
    public static Task CheckAsync(HttpContext context, TokenBook tokens, RequestDelegate next)
    {
        if (context.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<OpenRoute>() is not null)
        {
            return next(context);
        }

        if (tokens.Identify(context.Request.Headers.Authorization) is not var (name, role))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Problems.WriteAsync(context, StatusCodes.Status401Unauthorized, "Send an API token as \"authorization: Bearer …\"; an admin makes one with \"gg token create\".");
        }

        if (endpoint is not RouteEndpoint)
        {
            // The path exists and the method does not; the router says so.
            return next(context);
        }

        if (endpoint.Metadata.GetMetadata<RequiredRole>() is not { } required || role < required.Role)
        {
            var needed = endpoint.Metadata.GetMetadata<RequiredRole>()?.Role ?? ApiRole.Admin;
            return Problems.WriteAsync(context, StatusCodes.Status403Forbidden, $"The token \"{name}\" is a {Word(role)}'s; this needs the role {Word(needed)}.");
        }

        context.Items[CallerKey] = name;
        return next(context);
    }

    public static string Word(ApiRole role) => role.ToString().ToLowerInvariant();
}

/// <summary>The least role that may use a route.</summary>
public sealed record RequiredRole(ApiRole Role);

/// <summary>Marks a route that asks for no token: health, and what brings its own proof.</summary>
public sealed record OpenRoute;
