using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Attempts;

namespace GlobalGateway.EdgeNode.Upstreams;

/// <summary>
/// How many calls to one provider are in flight at once, with a bounded first-come queue behind it that takes in only who can
/// expect a place in time. An adaptive one starts at its maximum, gives up a tenth at each sign of overload and wins back one
/// place per round of good answers while it is full (additive increase, multiplicative decrease; Chiu and Jain 1989); when
/// first tokens come slower than usual it shrinks by that ratio (the gradient of Netflix's concurrency-limits).
/// </summary>
public sealed class ProviderBulkhead(Bulkhead options, TimeProvider? clock = null)
{
    private const double Decrease = 0.9;

    /// <summary>First tokens may take this many times the usual before the limit shrinks.</summary>
    private const double SlownessMax = 1.5;

    /// <summary>The most one step takes away.</summary>
    private const double GradientMin = 0.5;

    /// <summary>Weight of one answer in the recent slowness, and answers between two steps.</summary>
    private const int SlownessWindow = 20;

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource<bool>> _waiting = new();
    private double _limit = options.Max;
    private int _inFlight;
    private double _slowness = 1;
    private int _sinceStep;
    private double _leaveEvery;
    private long _leftAt;

    /// <summary>Places there are right now.</summary>
    public int Limit => (int)Volatile.Read(ref _limit);

    /// <summary>Whether a call could enter right now.</summary>
    public bool HasRoom => Volatile.Read(ref _inFlight) < Limit;

    /// <summary>Places taken right now.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

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

    /// <summary>Waits in the queue; false at once when that is full or too slow for <paramref name="wait"/>, and after that time.</summary>
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

            if (_waiting.Count >= options.Queue || (_waiting.Count + 1) * _leaveEvery > wait.TotalSeconds)
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
            var now = _clock.GetTimestamp();
            if (_waiting.Count > 0 && _leftAt > 0)
            {
                _leaveEvery += (_clock.GetElapsedTime(_leftAt, now).TotalSeconds - _leaveEvery) / SlownessWindow;
            }

            _leftAt = now;
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
    /// <param name="slowness">An answer's time to its first token over what is usual for its kind; 0 while that is unknown.</param>
    public void Learn(AttemptOutcome outcome, double slowness)
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
            else if (outcome == AttemptOutcome.Ok && IsSlowing(slowness))
            {
                Volatile.Write(ref _limit, Math.Max(1, _limit * Math.Max(GradientMin, SlownessMax / _slowness)));
            }
            else if (outcome == AttemptOutcome.Ok && _inFlight * 2 >= _limit)
            {
                Volatile.Write(ref _limit, Math.Min(options.Max, _limit + 1 / _limit));
            }
        }
    }

    // One step per window, so that its effect is seen before the next.
    private bool IsSlowing(double slowness)
    {
        if (slowness > 0)
        {
            _slowness += (slowness - _slowness) / SlownessWindow;
        }

        if (++_sinceStep < SlownessWindow || _slowness <= SlownessMax)
        {
            return false;
        }

        _sinceStep = 0;
        return true;
    }
}
