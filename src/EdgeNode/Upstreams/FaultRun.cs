using GlobalGateway.EdgeNode.Attempts;

namespace GlobalGateway.EdgeNode.Upstreams;

/// <summary>
/// Rests a target after so many faults in a row. A share of a window notices late that a busy target has gone dark: its good
/// answers of before outweigh the faults for half the window. While it rests, one call at a time finds out whether it is back.
/// </summary>
internal sealed class FaultRun(int faultsMax, TimeSpan rest, TimeProvider clock)
{
    private int _faults;
    private long _nextTrial;

    public bool IsResting => Volatile.Read(ref _faults) >= faultsMax;

    /// <summary>Whether a call may be made: always, or as the next trial.</summary>
    public bool TryPass()
    {
        if (!IsResting)
        {
            return true;
        }

        var due = Volatile.Read(ref _nextTrial);
        return clock.GetTimestamp() >= due && Interlocked.CompareExchange(ref _nextTrial, Later(), due) == due;
    }

    /// <summary>Counts how a call ended; one that says nothing of the target leaves all as it is.</summary>
    public void Learn(in AttemptResult result)
    {
        if (result.Outcome == AttemptOutcome.Ok)
        {
            Reset();
        }
        else if (result.IsFault && Interlocked.Increment(ref _faults) == faultsMax)
        {
            Volatile.Write(ref _nextTrial, Later());
        }
    }

    public void Reset() => Volatile.Write(ref _faults, 0);

    private long Later() => clock.GetTimestamp() + (long)(rest.TotalSeconds * clock.TimestampFrequency);
}
