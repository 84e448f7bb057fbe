namespace GlobalGateway.Testing.Cassandra;

/// <summary>Clusters that the tests of an assembly share, each started when the first test asks for it.</summary>
public sealed class CassandraClusters : IDisposable
{
    private readonly Lazy<Task<CassandraFixture>> _one = Lazily("us-east");
    private readonly Lazy<Task<CassandraFixture>> _threeNodes = Lazily("us-east", "us-east", "us-east");
    private readonly Lazy<Task<CassandraFixture>> _threeDatacenters = Lazily("us-east", "eu-west", "ap-south");

    /// <summary>One node in us-east. Nobody may harm it.</summary>
    public Task<CassandraFixture> OneAsync() => _one.Value;

    /// <summary>Three nodes in us-east. Tests that harm one are in one collection and leave it running.</summary>
    public Task<CassandraFixture> ThreeNodesAsync() => _threeNodes.Value;

    /// <summary>A node in each of us-east, eu-west and ap-south. Tests that harm one are in one collection and leave it running.</summary>
    public Task<CassandraFixture> ThreeDatacentersAsync() => _threeDatacenters.Value;

    public void Dispose()
    {
        foreach (var cluster in (ReadOnlySpan<Lazy<Task<CassandraFixture>>>)[_one, _threeNodes, _threeDatacenters])
        {
            if (cluster is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            {
                cluster.Value.Result.Dispose();
            }
        }
    }

    /// <summary>For all tests that wait for it: none of them may cancel it.</summary>
    private static Lazy<Task<CassandraFixture>> Lazily(params string[] datacenters) =>
        new(() => Task.Run(() => CassandraFixture.StartAsync(datacenters, CancellationToken.None)));
}
