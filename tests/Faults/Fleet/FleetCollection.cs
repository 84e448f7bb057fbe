using Xunit;

namespace GlobalGateway.Faults.Fleet;

/// <summary>One fleet for all tests, which take turns and each activate their own lanes.</summary>
[CollectionDefinition(Name)]
public sealed class FleetCollection : ICollectionFixture<SharedFleet>
{
    public const string Name = "one fleet";
}

/// <summary>Starts the fleet with the first test and ends it with the last.</summary>
public sealed class SharedFleet : IAsyncLifetime
{
    public FaultFleet Fleet { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Fleet = await FaultFleet.StartAsync();

    public ValueTask DisposeAsync() => Fleet.DisposeAsync();
}
