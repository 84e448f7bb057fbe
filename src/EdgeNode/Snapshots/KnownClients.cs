using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Tenancy;

namespace GlobalGateway.EdgeNode.Snapshots;

/// <summary>
/// The clients of the snapshot that serves, and what of theirs the next one can take over. Chunks that did not change were not read again,
/// so an unchanged resource is the same object.
/// </summary>
public sealed class KnownClients
{
    private readonly Dictionary<Tenant, ClientIdentity[]> _clients = new(ReferenceEqualityComparer.Instance);
    private readonly ILookup<string, RateLimit> _limits;
    private readonly bool _sameRegions;
    private bool? _sameLimitsForAll;

    public KnownClients(GatewaySnapshot before, ResourceSet now)
    {
        foreach (var client in before.Keys.Clients)
        {
            _clients[client.Tenant] = _clients.TryGetValue(client.Tenant, out var others) ? [.. others, client] : [client];
        }

        _limits = before.Resources.RateLimits.ToLookup(limit => limit.AppliesTo.Tenant ?? "", StringComparer.Ordinal);
        _sameRegions = before.Resources.Regions.Count == now.Regions.Count;
        SameModels = SameNames(before.Resources.Models, now.Models);
        SameRoutes = SameNames(before.Resources.Routes, now.Routes);
    }

    /// <summary>Whether allow-lists of models stand for the same names as before.</summary>
    public bool SameModels { get; }

    public bool SameRoutes { get; }

    /// <summary>Of a tenant that did not change.</summary>
    public ClientIdentity[] Of(Tenant tenant) => _clients.GetValueOrDefault(tenant) ?? [];

    /// <summary>Whether the limits of a tenant are those of before, and are divided as before.</summary>
    public bool SameLimits(Tenant tenant, ILookup<string, RateLimit> now) =>
        _sameRegions && (_sameLimitsForAll ??= Same(_limits[""], now[""])) && Same(_limits[tenant.Name], now[tenant.Name]);

    private static bool Same(IEnumerable<RateLimit> before, IEnumerable<RateLimit> now) => before.SequenceEqual(now, ReferenceEqualityComparer.Instance);

    private static bool SameNames(IReadOnlyList<Resource> before, IReadOnlyList<Resource> now) =>
        before.Count == now.Count && before.Select(resource => resource.Name).SequenceEqual(now.Select(resource => resource.Name), StringComparer.Ordinal);
}
