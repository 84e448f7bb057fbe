using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Telemetry;
using GlobalGateway.EdgeNode.Upstreams;
using Yarp.ReverseProxy.Forwarder;

namespace GlobalGateway.EdgeNode.Routes;

/// <summary>Applies a route's transforms, and keeps the client's credentials and cookies here.</summary>
public sealed class RouteTransformer(IReadOnlyList<RouteTransform> transforms, UpstreamCredential[] credentials) : HttpTransformer
{
    private static readonly string[] NeverForwarded =
        ["authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "OpenAI-Organization", "OpenAI-Project", "traceparent", "tracestate"];

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        var headers = proxyRequest.Headers;
        headers.Host = null;
        foreach (var name in NeverForwarded)
        {
            headers.Remove(name);
        }

        var path = httpContext.Request.Path;
        foreach (var transform in transforms)
        {
            if (transform.RemoveRequestHeader is { } removed)
            {
                headers.Remove(removed);
                proxyRequest.Content?.Headers.Remove(removed);
            }
            else if (transform.SetRequestHeader is { } set)
            {
                headers.Remove(set.Name);
                headers.TryAddWithoutValidation(set.Name, set.Value ?? "");
            }
            else if (transform.PathRemovePrefix is { } stripped)
            {
                path = path.StartsWithSegments(stripped, out var rest) ? rest : path;
            }
            else if (transform.PathPrefix is { } prefix)
            {
                path = new PathString(prefix).Add(path);
            }
        }

        proxyRequest.RequestUri = RequestUtilities.MakeDestinationAddress(destinationPrefix, path, WithoutKey(httpContext.Request));
        headers.TryAddWithoutValidation("traceparent", TraceContext.Next(httpContext.Request, out var state));
        if (state is not null)
        {
            headers.TryAddWithoutValidation("tracestate", state);
        }

        foreach (var credential in credentials)
        {
            if (credential.Secret is { } secret)
            {
                headers.TryAddWithoutValidation("authorization", $"Bearer {secret}");
                break;
            }
        }
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var copied = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        var headers = httpContext.Response.Headers;
        foreach (var transform in transforms)
        {
            if (transform.RemoveResponseHeader is { } removed)
            {
                headers.Remove(removed);
            }
            else if (transform.SetResponseHeader is { } set)
            {
                headers[set.Name] = set.Value ?? "";
            }
        }

        return copied;
    }

    // The client's key may have come as ?key=; it goes no further.
    private static QueryString WithoutKey(HttpRequest request) => request.Query.ContainsKey("key")
        ? QueryString.Create(request.Query.Where(p => !p.Key.Equals("key", StringComparison.OrdinalIgnoreCase)))
        : request.QueryString;
}
