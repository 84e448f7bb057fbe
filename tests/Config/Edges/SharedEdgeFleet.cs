using Xunit;

namespace GlobalGateway.Config.Edges;

/// <summary>Tests that kill and restart the edges of one fleet and measure them; no other runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SharedEdgeFleet : ICollectionFixture<EdgeFleet>
{
    public const string Name = "edges";
}
