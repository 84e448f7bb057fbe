using Xunit;

namespace GlobalGateway.Config.BadBundles;

/// <summary>Tests under load that share one fleet; no other runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SharedBadBundleFleet : ICollectionFixture<BadBundleFleet>
{
    public const string Name = "bad bundles";
}
