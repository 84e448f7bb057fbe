using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Loading.Kinds;

/// <summary>Every kind and who reads its spec.</summary>
internal static class KindTable
{
    private static readonly Dictionary<string, Func<ResourceHeader, SpecReader, Resource>> Readers = new(StringComparer.Ordinal)
    {
        [nameof(Region)] = RegionReader.Read,
        [nameof(Provider)] = ProviderReader.Read,
        [nameof(Model)] = ModelReader.Read,
        [nameof(Route)] = RouteReader.Read,
        [nameof(Tenant)] = TenantReader.Read,
        [nameof(RateLimit)] = LimitReaders.RateLimit,
        [nameof(Budget)] = BudgetReader.Read,
        [nameof(Guardrail)] = LimitReaders.Guardrail,
        [nameof(CachePolicy)] = LimitReaders.CachePolicy,
        [nameof(FailoverPolicy)] = FleetReaders.FailoverPolicy,
        [nameof(RolloutPolicy)] = FleetReaders.RolloutPolicy,
    };

    public static IEnumerable<string> Kinds => Readers.Keys;

    public static bool TryGet(string kind, out Func<ResourceHeader, SpecReader, Resource> read) => Readers.TryGetValue(kind, out read!);
}
