using GlobalGateway.Replication.RateLimits;

namespace GlobalGateway.Replication.Redis;

/// <summary>
/// What one edge has taken of one limit ahead of its requests, and what it knows of the rest. What must stay true: every unit is
/// debited at Redis before it is used here, as if it came at the end of its span, and none is used after that; so
/// over any time T all edges together admit at most <c>limit·T + burst</c>, wherever between debit and end they used theirs.
/// </summary>
internal sealed class RateBatch
{
    /// <summary>From the debit of a batch to its end, at most.</summary>
    public static readonly TimeSpan SpanMax = TimeSpan.FromMilliseconds(250);

    /// <summary>A batch is at most this much of the limit.</summary>
    public static readonly TimeSpan Worth = TimeSpan.FromMilliseconds(100);

    /// <summary>Requests of this edge within <see cref="SpanMax"/> that make a limit hot.</summary>
    public const int HotAt = 5;

    /// <summary>Limits that admit fewer units in <see cref="Worth"/> are asked for each request.</summary>
    public const int UnitsMin = 5;

    // A batch, and the span it is debited ahead, must leave most of the burst to the other edges.
    private const int BurstShare = 8;
    private const int SpanShare = 4;

    // Shorter spans save little.
    private static readonly TimeSpan SpanMin = TimeSpan.FromMilliseconds(50);

    // Who gets less than this part of what is wanted asks later again.
    private const int WantedShare = 8;

    // Two clocks do not run equally fast.
    private const double Usable = 0.99;

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private RateDecision _known;
    private long _knownAt;
    private long _left;
    private long _leftUntil;
    private long _refusedUntil;
    private long _refusedCost;
    private long _adjustment;
    private bool _adjusting;
    private long _asked;
    private long _windowAt;
    private Seen _seen;
    private Seen _seenBefore;
    private TaskCompletionSource? _refill;

    public RateBatch(TimeProvider clock)
    {
        _clock = clock;
        _windowAt = clock.GetTimestamp();
    }

    /// <summary>When somebody asked last.</summary>
    public long AskedAt { get; private set; }

    /// <summary>A refill that somebody else waits for.</summary>
    public Task? Refilling => _refill?.Task;

    /// <summary>Whether batches of a limit are worth it and leave the others enough.</summary>
    public static bool Suits(Gcra rate) => Worth.Ticks / rate.TicksPerUnit >= UnitsMin && SpanOf(rate) >= SpanMin;

    /// <summary>How long a batch of a limit may be used.</summary>
    public static TimeSpan SpanOf(Gcra rate) => TimeSpan.FromTicks((long)Math.Min(SpanMax.Ticks, rate.Tolerance / SpanShare));

    /// <summary>Decides without Redis, when that can be told; counts the request once.</summary>
    public RateDecision? TryTake(long cost, bool first)
    {
        lock (_gate)
        {
            var now = _clock.GetTimestamp();
            if (first)
            {
                Count(cost, now);
            }

            if (now < _leftUntil && cost <= _left)
            {
                _left -= cost;
                return Told(now, true, TimeSpan.Zero);
            }

            return now < _refusedUntil && cost >= _refusedCost ? Told(now, false, _clock.GetElapsedTime(now, _refusedUntil)) : null;
        }
    }

    /// <summary>Becomes the one that asks for all; nothing while another does, or while the limit is not hot.</summary>
    /// <param name="extra">Units to take ahead.</param>
    public TaskCompletionSource? TryRefill(Gcra rate, out long extra)
    {
        lock (_gate)
        {
            extra = Want(rate);
            return _refill is not null || extra == 0 ? null : _refill = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Takes in what Redis answered to a question of <paramref name="sent"/>, when it did.</summary>
    public void Refilled(TaskCompletionSource refill, TimeSpan span, long sent, long cost, long extra, long granted, RateDecision? decision)
    {
        lock (_gate)
        {
            _refill = null;
            if (decision is { } known)
            {
                var now = _clock.GetTimestamp();
                (_known, _knownAt) = (known, now);
                if (granted > 0)
                {
                    // What an earlier batch has left ends with it: mixing two would outlive one of them.
                    (_left, _leftUntil) = (granted, sent + Length(span * Usable));
                }

                if (!known.Admitted || granted < extra / WantedShare)
                {
                    // All edges together want more than the limit. Asking again for every request would bring a unit each time;
                    // asking later brings the same units in few calls. Jitter, so that no edge is always first.
                    var pause = Worth * (0.3 + 0.4 * Random.Shared.NextDouble());
                    var wait = known.RetryAfter < pause ? pause : known.RetryAfter < Worth ? known.RetryAfter : Worth;
                    (_refusedUntil, _refusedCost) = (sent + Length(wait), known.Admitted ? 1 : cost);
                }
            }
        }

        refill.SetResult();
    }

    /// <summary>Keeps an adjustment for the next call; true for the first since, whose caller sees to it that there is one.</summary>
    public bool Adjust(long units)
    {
        lock (_gate)
        {
            _adjustment += units;
            var first = !_adjusting;
            _adjusting = true;
            return first;
        }
    }

    /// <summary>The adjustments to book with the next call, which are then its.</summary>
    public long TakeAdjustment()
    {
        lock (_gate)
        {
            var units = _adjustment;
            (_adjustment, _adjusting) = (0, false);
            return units;
        }
    }

    /// <summary>Units that requests asked for since the last call.</summary>
    public long TakeAsked()
    {
        lock (_gate)
        {
            var units = _asked;
            _asked = 0;
            return units;
        }
    }

    private void Count(long cost, long now)
    {
        _asked += cost;
        if (now - _windowAt >= Length(SpanMax))
        {
            // A window without requests between them leaves nothing to expect.
            _seenBefore = now - _windowAt >= 2 * Length(SpanMax) ? default : _seen;
            (_seen, _windowAt) = (default, now);
        }

        _seen = new Seen(_seen.Requests + 1, _seen.Units + cost);
        AskedAt = now;
    }

    // As much as was asked for within a span of late; doubling call by call when a limit becomes hot.
    private long Want(Gcra rate)
    {
        var expected = _seen.Units > _seenBefore.Units ? _seen : _seenBefore;
        return expected.Requests < HotAt ? 0 : Math.Min(expected.Units, Math.Min((long)(Worth.Ticks / rate.TicksPerUnit), Math.Max(1, rate.Burst / BurstShare)));
    }

    private RateDecision Told(long now, bool admitted, TimeSpan retryAfter)
    {
        var since = _clock.GetElapsedTime(_knownAt, now);
        return new RateDecision(admitted, admitted ? _known.Remaining + _left : 0, Later(retryAfter, admitted ? TimeSpan.Zero : _known.RetryAfter - since), Later(TimeSpan.Zero, _known.ResetAfter - since));
    }

    private static TimeSpan Later(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private long Length(TimeSpan time) => (long)(time.TotalSeconds * _clock.TimestampFrequency);

    private readonly record struct Seen(int Requests, long Units);
}
