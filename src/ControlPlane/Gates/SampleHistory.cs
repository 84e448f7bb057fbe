using GlobalGateway.Contracts.Fleet;

namespace GlobalGateway.ControlPlane.Gates;

/// <summary>
/// The last hour of what edges told of their requests, kept by the leader: a new revision is compared with it where no other edge serves the
/// old one. Edges count from zero with each bundle; here the parts are added up. Used by one thread.
/// </summary>
public sealed class SampleHistory(TimeProvider clock)
{
    public static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    /// <summary>Beyond it, new edges are not remembered.</summary>
    public const int EdgesMax = 500;

    private static readonly TimeSpan Slot = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, EdgeHistory> _edges = new(StringComparer.Ordinal);

    /// <summary>Takes in the newest sample of an edge; the same one twice adds nothing.</summary>
    /// <param name="boot">Of the process that counted.</param>
    public void Add(string edge, string boot, EdgeSample sample)
    {
        if (!_edges.TryGetValue(edge, out var history))
        {
            if (_edges.Count >= EdgesMax)
            {
                return;
            }

            _edges[edge] = history = new EdgeHistory();
        }

        var counts = GateCounts.Of(sample);
        var goesOn = history.Boot == boot && history.Bundle == sample.Bundle && counts.Requests >= history.Last.Requests;
        var added = goesOn ? counts.Since(history.Last) : counts;
        (history.Boot, history.Bundle, history.Last) = (boot, sample.Bundle, counts);
        if (added.Requests == 0 || (history.Marked.Count >= BundlesMarkedMax && !history.Marked.ContainsKey(sample.Bundle)))
        {
            return;
        }

        history.Marked[sample.Bundle] = history.Marked.GetValueOrDefault(sample.Bundle, GateCounts.None).Plus(added);
        var now = clock.GetTimestamp();
        history.Slots.RemoveAll(slot => clock.GetElapsedTime(slot.Began, now) > Kept);
        if (history.Slots is [.., var newest] && newest.Bundle == sample.Bundle && clock.GetElapsedTime(newest.Began, now) < Slot)
        {
            history.Slots[^1] = newest with { Counts = newest.Counts.Plus(added) };
        }
        else
        {
            history.Slots.Add(new HistorySlot(now, sample.Bundle, added));
            if (history.Slots.Count > SlotsMax)
            {
                history.Slots.RemoveAt(0);
            }
        }
    }

    /// <summary>A stage begins: what is counted from now on is its own.</summary>
    public void Mark()
    {
        foreach (var history in _edges.Values)
        {
            history.Marked.Clear();
        }
    }

    /// <summary>What the edges counted under the bundle since the mark.</summary>
    public GateCounts Under(string bundle, IEnumerable<string> edges) => Marked(edges, counted => counted == bundle);

    /// <summary>What the edges counted under any other bundle since the mark.</summary>
    public GateCounts NotUnder(string bundle, IEnumerable<string> edges) => Marked(edges, counted => counted != bundle);

    /// <summary>What the edges counted within the last hour under any bundle but this one.</summary>
    public GateCounts Before(string bundle, IEnumerable<string> edges) => GateCounts.Sum(
        edges.Select(edge => _edges.GetValueOrDefault(edge)).OfType<EdgeHistory>()
            .SelectMany(history => history.Slots.Where(slot => slot.Bundle != bundle && clock.GetElapsedTime(slot.Began) <= Kept).Select(slot => slot.Counts)));

    /// <summary>A bundle was rolled back: how requests fared under it is nothing to compare with.</summary>
    public void Forget(string bundle)
    {
        foreach (var history in _edges.Values)
        {
            history.Slots.RemoveAll(slot => slot.Bundle == bundle);
            history.Marked.Remove(bundle);
        }
    }

    /// <summary>Requests ever counted for the edge by this leader, to tell whether it has traffic.</summary>
    public bool HasTraffic(string edge) =>
        _edges.GetValueOrDefault(edge) is { Slots: [.., var newest] } && clock.GetElapsedTime(newest.Began) <= Slot + Slot;

    private GateCounts Marked(IEnumerable<string> edges, Func<string, bool> wanted) => GateCounts.Sum(
        edges.Select(edge => _edges.GetValueOrDefault(edge)).OfType<EdgeHistory>()
            .SelectMany(history => history.Marked.Where(counted => wanted(counted.Key)).Select(counted => counted.Value)));

    // Quick edits on a quiet fleet: a slot for each bundle, not for each five minutes.
    private const int SlotsMax = 16;
    private const int BundlesMarkedMax = 8;

    private sealed class EdgeHistory
    {
        public string? Boot { get; set; }
        public string? Bundle { get; set; }
        public GateCounts Last { get; set; } = GateCounts.None;
        public List<HistorySlot> Slots { get; } = [];

        /// <summary>Since the mark, by bundle; a stage sees two of them, or a few where edges were moved by hand.</summary>
        public Dictionary<string, GateCounts> Marked { get; } = new(StringComparer.Ordinal);
    }

    private sealed record HistorySlot(long Began, string Bundle, GateCounts Counts);
}
