using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Requests;

namespace GlobalGateway.EdgeNode.Dialects;

/// <summary>Decides from method and path what is asked for and in which shape to answer; refuses what no one serves.</summary>
public sealed class DialectMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Gateway();
        var path = ApiPath.Parse(context.Request.Path.Value ?? "");
        request.Operation = path.Operation;
        request.Dialect = path.Dialect;
        request.AzureClient = path.Azure;
        request.PathModel = path.Model;
        request.StoredResponse = path.Stored;
        request.StreamsArray = path.Operation == Operation.StreamGenerateContent && context.Request.Query["alt"] != "sse";
        if (path.Operation is Operation.ListModels or Operation.GetModel && context.Request.Headers.ContainsKey("anthropic-version"))
        {
            request.Dialect = Dialect.Anthropic;
        }
        else if (path is { Operation: Operation.ListModels or Operation.GetModel, Azure: false } && context.Request.Headers.ContainsKey("x-goog-api-key"))
        {
            // Google's newer libraries ask below /v1 too.
            request.Dialect = Dialect.Gemini;
        }

        if (request.Dialect == Dialect.Anthropic)
        {
            context.Response.Headers["request-id"] = request.Id;
        }

        if (request.Snapshot is null)
        {
            return ErrorWriter.WriteAsync(context, GatewayError.NotReady());
        }

        if (path.Operation == Operation.None)
        {
            request.Route = request.Snapshot.MatchRoute(context.Request);
            if (request.Route is null)
            {
                return ErrorWriter.WriteAsync(context, IsUpgrade(context.Request)
                    ? GatewayError.UpgradeRequired()
                    : GatewayError.NoSuchPath(context.Request.Method, context.Request.Path.Value ?? ""));
            }

            request.Operation = Operation.Service;
            return next(context);
        }

        if (IsUpgrade(context.Request))
        {
            return ErrorWriter.WriteAsync(context, GatewayError.UpgradeRequired());
        }

        if (!path.Takes(context.Request.Method))
        {
            context.Response.Headers.Allow = path.Methods;
            return ErrorWriter.WriteAsync(context, GatewayError.MethodNotAllowed(context.Request.Method, path.Methods));
        }

        return next(context);
    }

    private static bool IsUpgrade(HttpRequest request) =>
        request.Headers.Upgrade.Count > 0 && request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase)
        || HttpMethods.IsConnect(request.Method);
}
