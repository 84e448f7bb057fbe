using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.EdgeNode.Routes;

/// <summary>Decides whether a request is a route's; every stated part must match.</summary>
public sealed class RouteMatcher(RouteMatch match)
{
    private readonly string _prefix = match.Path.EndsWith("/**", StringComparison.Ordinal) ? match.Path[..^3] : "";
    private readonly bool _isPrefix = match.Path.EndsWith("/**", StringComparison.Ordinal);

    /// <summary>More exact routes are asked first.</summary>
    public int Specificity =>
        (_isPrefix ? 0 : 1_000_000) + match.Path.Length * 100 + match.Headers.Count + match.Query.Count + (match.Host is null ? 0 : 1) + (match.Methods.Count > 0 ? 1 : 0);

    public bool Matches(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        if (_isPrefix
            ? !(path.StartsWith(_prefix, StringComparison.Ordinal) && (path.Length == _prefix.Length || path[_prefix.Length] == '/'))
            : !path.Equals(match.Path, StringComparison.Ordinal))
        {
            return false;
        }

        if (match.Methods.Count > 0 && !match.Methods.Contains(request.Method))
        {
            return false;
        }

        if (match.Host is { } host && !request.Host.Host.Equals(host, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        foreach (var header in match.Headers)
        {
            if (!request.Headers.TryGetValue(header.Name, out var values) || header.Value is not null && !values.Contains(header.Value))
            {
                return false;
            }
        }

        foreach (var query in match.Query)
        {
            if (!request.Query.TryGetValue(query.Name, out var values) || query.Value is not null && !values.Contains(query.Value))
            {
                return false;
            }
        }

        return true;
    }
}
