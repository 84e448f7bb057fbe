namespace GlobalGateway.Cql;

/// <summary>
/// Talks to one data centre of a Cassandra cluster. What the rest of the product knows of Cassandra's wire is this interface and the
/// records it takes and gives, so that another driver can stand behind it.
/// </summary>
public interface ICqlSession : IAsyncDisposable
{
    /// <summary>The only data centre whose nodes are asked.</summary>
    string LocalDatacenter { get; }

    /// <summary>The local nodes that are known at present, reachable or not.</summary>
    IReadOnlyList<CqlNode> Nodes { get; }

    /// <summary>Asks a local node; an idempotent statement may be tried at another when the first one fails.</summary>
    /// <exception cref="CqlException">It failed; <see cref="CqlException.IsAmbiguous"/> says whether it may have happened all the same.</exception>
    ValueTask<CqlRows> ExecuteAsync(CqlCall call, CancellationToken cancel = default);

    /// <summary>Asks this node and no other: what a node says of itself.</summary>
    /// <exception cref="CqlException">As above.</exception>
    ValueTask<CqlRows> ExecuteAtAsync(CqlNode node, CqlCall call, CancellationToken cancel = default);

    /// <summary>Writes several statements in one request; within one partition that is one mutation.</summary>
    /// <exception cref="CqlException">As above.</exception>
    ValueTask ExecuteBatchAsync(CqlBatch batch, CancellationToken cancel = default);
}

/// <summary>One node of the local data centre.</summary>
/// <param name="Address">Where it serves clients.</param>
public sealed record CqlNode(System.Net.IPEndPoint Address, string Datacenter);
