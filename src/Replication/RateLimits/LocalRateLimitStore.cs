using System.Collections.Concurrent;

namespace GlobalGateway.Replication.RateLimits;

/// <summary>Keeps the arrival times of one process; a key at rest is forgotten.</summary>
public sealed class LocalRateLimitStore(TimeProvider clock) : IRateLimitStore
{
    /// <summary>Above this many keys, those at rest are removed.</summary>
    public const int KeysMax = 100_000;

    private readonly ConcurrentDictionary<string, Cell> _cells = new(StringComparer.Ordinal);
    private int _sweeping;

    public ValueTask<RateDecision> TakeAsync(string key, Gcra rate, long cost)
    {
        var cell = CellOf(key);
        lock (cell)
        {
            var now = Now();
            cell.Follow(rate, now);
            return new(rate.Take(ref cell.Arrival, now, cost));
        }
    }

    public ValueTask AdjustAsync(string key, Gcra rate, long units)
    {
        var cell = CellOf(key);
        lock (cell)
        {
            var now = Now();
            cell.Follow(rate, now);
            rate.Adjust(ref cell.Arrival, now, units);
        }

        return ValueTask.CompletedTask;
    }

    // The monotonic clock: a limit must not open or close because somebody sets the time.
    private double Now() => clock.GetElapsedTime(0).Ticks;

    private Cell CellOf(string key)
    {
        if (_cells.TryGetValue(key, out var cell))
        {
            return cell;
        }

        if (_cells.Count >= KeysMax && Interlocked.Exchange(ref _sweeping, 1) == 0)
        {
            Sweep();
            Volatile.Write(ref _sweeping, 0);
        }

        return _cells.GetOrAdd(key, static _ => new Cell());
    }

    // A cell whose arrival time has passed is the same as none.
    private void Sweep()
    {
        var now = Now();
        foreach (var (key, cell) in _cells)
        {
            if (Volatile.Read(ref cell.Arrival) < now)
            {
                _cells.TryRemove(key, out _);
            }
        }
    }

    private sealed class Cell
    {
        public double Arrival;
        private double _ticksPerUnit;

        /// <summary>Takes over a rate that has changed since the last request.</summary>
        public void Follow(Gcra rate, double now)
        {
            if (_ticksPerUnit != rate.TicksPerUnit)
            {
                Arrival = _ticksPerUnit == 0 ? Arrival : rate.Convert(Arrival, now, _ticksPerUnit);
                _ticksPerUnit = rate.TicksPerUnit;
            }
        }
    }
}
