using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Api;

/// <summary>Everything the API listener answers: health openly, the rest to holders of the admin token.</summary>
public sealed class ApiEndpoints(StatusQueries queries, EmbeddedStore store, AdminToken token)
{
    public Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return ProblemAsync(context, StatusCodes.Status405MethodNotAllowed, "Only GET is answered here.");
        }

        switch (path)
        {
            case "/health/live":
                return TextAsync(context, StatusCodes.Status200OK, "live\n");
            case "/health/ready":
                return store.Pointer is null
                    ? TextAsync(context, StatusCodes.Status503ServiceUnavailable, "not ready: no valid revision yet\n")
                    : TextAsync(context, StatusCodes.Status200OK, "ready\n");
        }

        if (!path.StartsWith("/api/", StringComparison.Ordinal))
        {
            return ProblemAsync(context, StatusCodes.Status404NotFound, "There are /api/v1/status, /api/v1/edges, /api/v1/revisions and /health/live, /health/ready.");
        }

        if (!token.Accepts(context.Request.Headers.Authorization))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return ProblemAsync(context, StatusCodes.Status401Unauthorized, "Send the fleet's admin token as \"authorization: Bearer …\".");
        }

        return path switch
        {
            "/api/v1/status" => JsonAsync(context, queries.Status(), ApiJsonContext.Default.FleetStatus),
            "/api/v1/edges" => JsonAsync(context, new EdgeList(queries.Edges()), ApiJsonContext.Default.EdgeList),
            "/api/v1/revisions" => JsonAsync(context, new RevisionList(queries.Revisions()), ApiJsonContext.Default.RevisionList),
            _ => ProblemAsync(context, StatusCodes.Status404NotFound, "There are /api/v1/status, /api/v1/edges and /api/v1/revisions."),
        };
    }

    private static Task JsonAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, string contentType = "application/json")
    {
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-store";
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static Task ProblemAsync(HttpContext context, int status, string detail)
    {
        context.Response.StatusCode = status;
        return JsonAsync(
            context, new Problem(Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status), status, detail), ApiJsonContext.Default.Problem, "application/problem+json");
    }

    private static Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
