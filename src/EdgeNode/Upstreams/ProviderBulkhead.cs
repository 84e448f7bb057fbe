using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Attempts;

namespace GlobalGateway.EdgeNode.Upstreams;

/// <summary>
/// How many calls to one provider are in flight at once, with a bounded first-come queue behind it. An adaptive one starts
/// at its maximum, gives up a tenth at each sign of overload, and wins back one place per round of good answers while
/// it is full (additive increase, multiplicative decrease; Chiu and Jain 1989).
/// </summary>
public sealed class ProviderBulkhead(Bulkhead options)
{
    private const double Decrease = 0.9;

    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource<bool>> _waiting = new();
    private double _limit = options.Max;
    private int _inFlight;

    /// <summary>Places there are right now.</summary>
    public int Limit => (int)Volatile.Read(ref _limit);

    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_inFlight >= (int)_limit)
            {
                return false;
            }

            _inFlight++;
            return true;
        }
    }

    /// <summary>Waits in the queue; false at once when that is full, or after <paramref name="wait"/>.</summary>
    public async ValueTask<bool> EnterAsync(TimeSpan wait, CancellationToken cancellation)
    {
        TaskCompletionSource<bool> place;
        lock (_gate)
        {
            if (_inFlight < (int)_limit)
            {
                _inFlight++;
                return true;
            }

            if (_waiting.Count >= options.Queue)
            {
                return false;
            }

            place = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(place);
        }

        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(wait);
        // Whoever sets the result first decides, so a place handed over in the last moment is not lost.
        await using var registration = timer.Token.UnsafeRegister(static place => ((TaskCompletionSource<bool>)place!).TrySetResult(false), place);
        return await place.Task;
    }

    /// <summary>Gives the place to who waits longest.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _inFlight--;
            while (_inFlight < (int)_limit && _waiting.TryDequeue(out var next))
            {
                if (next.TrySetResult(true))
                {
                    _inFlight++;
                }
            }
        }
    }

    /// <summary>Lets an adaptive limit follow how calls end.</summary>
    public void Learn(AttemptOutcome outcome)
    {
        if (options.Concurrency != BulkheadConcurrency.Adaptive)
        {
            return;
        }

        lock (_gate)
        {
            if (outcome is AttemptOutcome.RateLimited or AttemptOutcome.ServerError || outcome.IsTimeout())
            {
                Volatile.Write(ref _limit, Math.Max(1, _limit * Decrease));
            }
            else if (outcome == AttemptOutcome.Ok && _inFlight * 2 >= _limit)
            {
                Volatile.Write(ref _limit, Math.Min(options.Max, _limit + 1 / _limit));
            }
        }
    }
}
