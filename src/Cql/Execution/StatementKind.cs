namespace GlobalGateway.Cql.Execution;

/// <summary>What an error of it can leave in doubt.</summary>
internal enum StatementKind
{
    Read,

    /// <summary>One mutation.</summary>
    Write,

    /// <summary>Decided by Paxos.</summary>
    Conditional,

    /// <summary>A mutation for each partition.</summary>
    Batch,
}
