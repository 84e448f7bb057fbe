using GlobalGateway.Config.Failpoints;
using Xunit.Sdk;
using Xunit.v3;

namespace GlobalGateway.Config;

/// <summary>Begins with the tests that take longest, so that the others run beside them and not after them.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(collection => collection.TestCollectionDisplayName.Contains(nameof(FailpointTests), StringComparison.Ordinal))];
}
