using GlobalGateway.Contracts.Fleet;

namespace GlobalGateway.EdgeNode.Shapes;

/// <summary>
/// A fair choice of one tenant's requests of the last day: each request has the same chance to be among the few that are kept
/// (Vitter's algorithm R), and only one that is chosen costs more than a number.
/// </summary>
public sealed class TenantReservoir
{
    /// <summary>The request is not kept.</summary>
    public const int NotChosen = -1;

    private readonly Lock _gate = new();
    private readonly List<(RequestShape? Shape, DateTimeOffset At)> _kept = [];
    private long _seen;
    private long _sinceTicks;

    /// <summary>Counts a request, and draws whether and where it is kept.</summary>
    /// <param name="max">How many are kept.</param>
    public int Draw(int max, DateTimeOffset now)
    {
        if (now.UtcTicks - Volatile.Read(ref _sinceTicks) > ShapeLimits.Age.Ticks)
        {
            // A new day: what is kept of the old one leaves place by place.
            Volatile.Write(ref _sinceTicks, now.UtcTicks);
            Volatile.Write(ref _seen, 0);
        }

        // Most requests are not chosen, and take no lock.
        var seen = Interlocked.Increment(ref _seen);
        var place = seen <= max ? (int)seen - 1 : Random.Shared.NextInt64(seen);
        if (place >= max)
        {
            return NotChosen;
        }

        lock (_gate)
        {
            if (_kept.Count < max)
            {
                _kept.Add((null, now));
                return _kept.Count - 1;
            }

            return (int)place;
        }
    }

    public void Keep(int place, RequestShape shape, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (place < _kept.Count)
            {
                _kept[place] = (shape, now);
            }
        }
    }

    /// <summary>What is kept and not too old; each stands for its part of what was seen.</summary>
    public IReadOnlyList<RequestShape> Read(DateTimeOffset now)
    {
        lock (_gate)
        {
            var fresh = _kept.Where(entry => entry.Shape is not null && now - entry.At <= ShapeLimits.Age).Select(entry => entry.Shape!).ToList();
            var weight = Math.Max(1, (double)Volatile.Read(ref _seen) / Math.Max(1, fresh.Count));
            return [.. fresh.Select(shape => shape with { Weight = weight })];
        }
    }
}
