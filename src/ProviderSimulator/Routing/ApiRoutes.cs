using System.Collections.Frozen;
using GlobalGateway.ProviderSimulator.Answers;

namespace GlobalGateway.ProviderSimulator.Routing;

/// <summary>A found operation and the name the path carries: a model, a deployment or a response id.</summary>
internal readonly record struct RouteMatch(Operation Endpoint, string? PathName);

/// <summary>Maps method and path to operations. Fixed paths are one lookup; those with a name in them match by prefix and suffix.</summary>
internal sealed class ApiRoutes
{
    private sealed record Named(string Prefix, string Suffix, Operation Endpoint);

    private readonly FrozenDictionary<(string Method, string Path), Operation> exact;
    private readonly Named[] _named;
    private readonly (string Prefix, Vendor Vendor)[] vendors;

    public ApiRoutes(IEnumerable<(string Path, Operation Endpoint)> routes, (string Prefix, Vendor Vendor)[] vendors)
    {
        var list = routes.ToList();
        exact = list.Where(static route => !route.Path.Contains('{', StringComparison.Ordinal)).ToFrozenDictionary(static route => (route.Endpoint.Method, route.Path), static route => route.Endpoint);
        _named = [.. list.Where(static route => route.Path.Contains('{', StringComparison.Ordinal))
            .Select(static route => new Named(route.Path[..route.Path.IndexOf('{', StringComparison.Ordinal)], route.Path[(route.Path.IndexOf('}', StringComparison.Ordinal) + 1)..], route.Endpoint))
            .OrderByDescending(static route => route.Suffix.Length)];
        this.vendors = vendors;
    }

    public RouteMatch? Find(string method, string path)
    {
        if (exact.TryGetValue((method, path), out var endpoint))
        {
            return new RouteMatch(endpoint, null);
        }
        foreach (var route in _named)
        {
            if (route.Endpoint.Method == method && Name(route, path) is { } name)
            {
                return new RouteMatch(route.Endpoint, name);
            }
        }
        return null;
    }

    /// <summary>Whether another method would have found something.</summary>
    public bool Knows(string path) => exact.Keys.Any(key => key.Path == path) || Array.Exists(_named, route => Name(route, path) is not null);

    /// <summary>Who answers for a path that nobody serves.</summary>
    public Vendor? VendorOf(string path) => Array.Find(vendors, vendor => path.StartsWith(vendor.Prefix, StringComparison.Ordinal)).Vendor;

    private static string? Name(Named route, string path)
    {
        if (!path.StartsWith(route.Prefix, StringComparison.Ordinal) || !path.EndsWith(route.Suffix, StringComparison.Ordinal) || path.Length <= route.Prefix.Length + route.Suffix.Length)
        {
            return null;
        }
        var name = path[route.Prefix.Length..^route.Suffix.Length];
        return name.Contains('/', StringComparison.Ordinal) ? null : name;
    }
}
