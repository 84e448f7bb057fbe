using Xunit;

namespace GlobalGateway.EndToEnd.Sdk;

/// <summary>Shares the targets among the suites, which run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class SdkCollection : ICollectionFixture<SdkTargets>
{
    public const string Name = "client libraries";
}
