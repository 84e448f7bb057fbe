using GlobalGateway.Cql.Wire;

namespace GlobalGateway.Cql.Connections;

/// <summary>What a sent request waits for.</summary>
/// <param name="offset">Of its first byte in all that this connection was given to send.</param>
internal sealed class PendingAnswer(short stream, long offset)
{
    private readonly TaskCompletionSource<CqlResponse> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public short Stream => stream;

    public long Offset => offset;

    /// <summary>Nobody waits any more; its stream is not used again until the answer has come.</summary>
    public bool IsOrphan { get; set; }

    public Task<CqlResponse> Task => _source.Task;

    public void Answer(CqlResponse response) => _source.TrySetResult(response);

    public void Fail(CqlException error)
    {
        _source.TrySetException(error);
        // It may be an orphan's: nobody looks at it then.
        _ = _source.Task.Exception;
    }
}
