using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.EdgeNode.Admission;

/// <summary>Counts requests and buffered bytes in flight, and says when there is room for one more.</summary>
public sealed class AdmissionGate
{
    private long _bodyBytes;
    private int _requests;

    public int Requests => Volatile.Read(ref _requests);

    public long BodyBytes => Volatile.Read(ref _bodyBytes);

    /// <summary>Takes a place; lower tiers find the edge full earlier.</summary>
    public bool TryEnter(Tier tier)
    {
        var bound = tier switch
        {
            Tier.P0 => AdmissionLimits.RequestsMax,
            Tier.P1 => AdmissionLimits.RequestsMax * 95 / 100,
            _ => AdmissionLimits.RequestsMax * 80 / 100,
        };
        if (Interlocked.Increment(ref _requests) <= bound)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _requests);

    public bool TryReserve(long bytes)
    {
        if (Interlocked.Add(ref _bodyBytes, bytes) <= AdmissionLimits.BodiesBytesMax)
        {
            return true;
        }

        Release(bytes);
        return false;
    }

    public void Release(long bytes) => Interlocked.Add(ref _bodyBytes, -bytes);
}
