namespace GlobalGateway.Cql;

/// <summary>A statement as a program has it, once, with the consistency it is meant to have. It is prepared at its first use at a node.</summary>
/// <param name="text">With <c>?</c> for each value; tables by their keyspace.</param>
/// <param name="serialConsistency">Of conditional statements: which Paxos group decides.</param>
public sealed class CqlStatement(string text, CqlConsistency consistency, CqlSerialConsistency? serialConsistency = null)
{
    public string Text => text;

    public CqlConsistency Consistency => consistency;

    public CqlSerialConsistency? SerialConsistency => serialConsistency;

    /// <summary>Doing it twice is doing it once: it may be tried at another node. Reads are.</summary>
    public bool IsIdempotent { get; init; } = text.StartsWith("SELECT", StringComparison.OrdinalIgnoreCase);

    /// <summary>Rows in one answer; the rest is fetched with its paging state.</summary>
    public int PageSize { get; init; } = 1_000;

    /// <summary>How long an answer may take; the session's own when absent.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <param name="values">In the order of the question marks: <see cref="string"/>, <see cref="int"/>, <see cref="long"/>, <see cref="bool"/>,
    /// <see cref="Guid"/>, <see cref="DateTimeOffset"/>, <c>byte[]</c> or <c>ReadOnlyMemory&lt;byte&gt;</c>. Never null: that would delete.</param>
    public CqlCall With(params object[] values) => new(this, values);
}

/// <summary>A statement with its values.</summary>
/// <param name="Statement">What is asked.</param>
/// <param name="Values">In order.</param>
public sealed record CqlCall(CqlStatement Statement, IReadOnlyList<object> Values)
{
    /// <summary>Where an answer before this one stopped.</summary>
    public ReadOnlyMemory<byte> PagingState { get; init; }

    /// <summary>Microseconds for values whose statement names no timestamp; absent, the coordinator's clock.</summary>
    public long? DefaultTimestamp { get; init; }
}

/// <summary>Writes that are sent together, unlogged.</summary>
public sealed record CqlBatch(IReadOnlyList<CqlCall> Calls, CqlConsistency Consistency)
{
    /// <summary>Doing it twice is doing it once: it may be tried at another node.</summary>
    public bool IsIdempotent { get; init; }
}

/// <summary>How many replicas must answer; the numbers are the protocol's.</summary>
public enum CqlConsistency : ushort
{
    One = 0x0001,
    Quorum = 0x0004,
    All = 0x0005,
    LocalQuorum = 0x0006,
    EachQuorum = 0x0007,
    Serial = 0x0008,
    LocalSerial = 0x0009,
    LocalOne = 0x000A,
}

/// <summary>Which replicas agree on a conditional write: those of all data centres, or of the coordinator's.</summary>
public enum CqlSerialConsistency : ushort
{
    Serial = 0x0008,
    LocalSerial = 0x0009,
}
