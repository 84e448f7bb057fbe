using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Distribution;

/// <summary>Every edge of the fleet, whichever control plane holds its stream: those here as they are, the others as last reported, with their ages added up.</summary>
public sealed class FleetView(EdgeRegistry registry, StoreMirror mirror, FleetKeys keys, PlaneIdentity plane, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Seen> _elsewhere = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _awaySince = new(StringComparer.Ordinal);

    /// <summary>In the order of their ids.</summary>
    public IReadOnlyList<EdgeState> Edges
    {
        get
        {
            lock (_gate)
            {
                var newest = new SortedDictionary<string, EdgeState>(StringComparer.Ordinal);
                foreach (var (report, age, writtenAt) in Elsewhere().Concat(registry.All.Select(report => (report, TimeSpan.FromMilliseconds(report.AgeMs), long.MaxValue))))
                {
                    var state = new EdgeState(report, age, TimeSpan.Zero, writtenAt);
                    if (!newest.TryGetValue(report.Id, out var known) || (state.Connected, -state.Age).CompareTo((known.Connected, -known.Age)) > 0)
                    {
                        newest[report.Id] = state;
                    }
                }

                return [.. newest.Values.Select(Aged)];
            }
        }
    }

    /// <summary>The edges that can be asked: connected, and with a listener for their peers.</summary>
    public IEnumerable<AskableEdge> Askable =>
        Edges.Where(edge => edge.Connected && edge.Report.Peer is not null).Select(edge => new AskableEdge(edge.Report, new Uri(edge.Report.Peer!)));

    /// <summary>Waits until an edge comes, goes or answers anywhere, or until the time is over.</summary>
    public async Task ChangedAsync(TimeSpan atMost, CancellationToken cancel)
    {
        var state = mirror.Current;
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Task.WhenAny(registry.Changed, mirror.ChangedAsync(state, done.Token), Task.Delay(atMost, clock, done.Token));
        await done.CancelAsync();
        cancel.ThrowIfCancellationRequested();
    }

    private IEnumerable<(EdgeReport Report, TimeSpan Age, long WrittenAt)> Elsewhere()
    {
        var own = keys.Report(plane.Name, "");
        var now = clock.GetTimestamp();
        var reported = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in mirror.Current.Under(keys.Reports).Where(entry => !entry.Key.StartsWith(own, StringComparison.Ordinal)))
        {
            if (!_elsewhere.TryGetValue(entry.Key, out var seen) || seen.ModRevision != entry.ModRevision)
            {
                if (EdgeReport.Read(entry.Value) is not { } report)
                {
                    continue;
                }

                _elsewhere[entry.Key] = seen = new Seen(report, entry.ModRevision, now);
            }

            reported.Add(entry.Key);
            yield return (seen.Report, Age(seen), seen.ModRevision);
        }

        // A control plane that is gone takes its reports with it; what they said is still the last that was heard.
        foreach (var (key, seen) in _elsewhere.Where(seen => !reported.Contains(seen.Key)).ToList())
        {
            if (_elsewhere.Count > EdgeRegistry.EdgesMax)
            {
                _elsewhere.Remove(key);
                continue;
            }

            yield return (seen.Report with { Connected = false }, Age(seen), seen.ModRevision);
        }
    }

    private TimeSpan Age(Seen seen) => TimeSpan.FromMilliseconds(seen.Report.AgeMs) + clock.GetElapsedTime(seen.At);

    private EdgeState Aged(EdgeState state)
    {
        if (state.Connected)
        {
            _awaySince.Remove(state.Report.Id);
            return state;
        }

        if (!_awaySince.TryGetValue(state.Report.Id, out var since))
        {
            _awaySince[state.Report.Id] = since = clock.GetTimestamp();
        }

        return state with { Away = clock.GetElapsedTime(since) };
    }

    private sealed record Seen(EdgeReport Report, long ModRevision, long At);
}

/// <param name="Address">Of its peer listener.</param>
public readonly record struct AskableEdge(EdgeReport Report, Uri Address);
