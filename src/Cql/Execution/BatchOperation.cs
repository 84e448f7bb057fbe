using GlobalGateway.Cql.Wire;

namespace GlobalGateway.Cql.Execution;

/// <summary>Writes that are sent together.</summary>
internal sealed class BatchOperation : Operation
{
    private readonly CqlBatch _batch;

    /// <exception cref="ArgumentException">The protocol cannot say this, or its answer would be lost.</exception>
    public BatchOperation(CqlBatch batch)
    {
        if (batch.Calls.Count is 0 or > ushort.MaxValue)
        {
            throw new ArgumentException($"a batch has 1 to {ushort.MaxValue} statements, not {batch.Calls.Count}", nameof(batch));
        }

        foreach (var call in batch.Calls)
        {
            if (call.Statement.SerialConsistency is not null)
            {
                throw new ArgumentException($"whether a conditional statement was applied cannot be told from a batch: {call.Statement.Text}", nameof(batch));
            }

            if (call.DefaultTimestamp != batch.Calls[0].DefaultTimestamp)
            {
                throw new ArgumentException("a batch has one default timestamp; name others in the statements: USING TIMESTAMP ?", nameof(batch));
            }
        }

        _batch = batch;
        Texts = [.. batch.Calls.Select(call => call.Statement.Text)];
    }

    public override StatementKind Kind => StatementKind.Batch;

    public override bool IsRepeatable => _batch.IsIdempotent;

    public override TimeSpan? Timeout => _batch.Calls.Max(call => call.Statement.Timeout);

    public override IReadOnlyList<string> Texts { get; }

    public override FrameWriter Frame(IReadOnlyList<PreparedResponse> prepared) => RequestFrames.Batch(_batch, prepared);
}
