using GlobalGateway.Cql.Wire;

namespace GlobalGateway.Cql.Execution;

/// <summary>What is asked in one request: a statement or a batch.</summary>
internal abstract class Operation
{
    public abstract StatementKind Kind { get; }

    /// <summary>It may be sent to a second node after the first one may have done it.</summary>
    public abstract bool IsRepeatable { get; }

    public virtual TimeSpan? Timeout => null;

    /// <summary>Statements that a node must know before, in the order in which <see cref="Frame"/> takes them.</summary>
    public abstract IReadOnlyList<string> Texts { get; }

    public abstract FrameWriter Frame(IReadOnlyList<PreparedResponse> prepared);

    public CqlServerException Failed(ErrorResponse error, object node)
    {
        var type = error.WriteType is null ? "" : $" (write of type {error.WriteType})";
        return new CqlServerException(error.Code, $"{node}: {error.Code}: {error.Message}{type}", Ambiguity.Of(error.Code, Kind));
    }
}
