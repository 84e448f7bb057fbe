using System.Diagnostics;
using GlobalGateway.Cql;
using GlobalGateway.Testing.Cassandra;

namespace GlobalGateway.Unit.Cql;

/// <summary>Fake nodes that know each other, and a session to them.</summary>
internal sealed class FakeCluster : IAsyncDisposable
{
    private FakeCluster(FakeNode[] nodes, CqlOptions options)
    {
        Nodes = nodes;
        foreach (var node in nodes)
        {
            node.Peers = [.. nodes.Except([node])];
        }

        Session = new CqlSession(options with { ContactPoints = [nodes[0].Address.ToString()] }, TimeProvider.System);
    }

    public FakeNode[] Nodes { get; }

    public FakeNode Node => Nodes[0];

    public CqlSession Session { get; }

    /// <summary>One connection a node, so that a test knows which.</summary>
    public static CqlOptions Options { get; } = new()
    {
        ContactPoints = [],
        LocalDatacenter = "dc",
        ConnectionsPerNode = 1,
        RequestTimeout = TimeSpan.FromSeconds(10),
        ReconnectMin = TimeSpan.FromMilliseconds(5),
        ReconnectMax = TimeSpan.FromMilliseconds(50),
    };

    public static FakeCluster Of(params FakeNode[] nodes) => new(nodes, Options);

    public static FakeCluster Of(CqlOptions options, params FakeNode[] nodes) => new(nodes, options);

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }
    }
}
