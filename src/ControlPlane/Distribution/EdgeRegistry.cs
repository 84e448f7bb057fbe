using GlobalGateway.Contracts.Trust;

namespace GlobalGateway.ControlPlane.Distribution;

/// <summary>The edges that are or were connected here, by what their certificates call them.</summary>
public sealed class EdgeRegistry(TimeProvider clock)
{
    /// <summary>Beyond it, the edge that has been away the longest is forgotten.</summary>
    public const int EdgesMax = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LocalEdge> _edges = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Raised at once when an edge comes, goes, answers or drains; numbers alone do not raise it.</summary>
    public Task Changed
    {
        get
        {
            lock (_gate)
            {
                return _changed.Task;
            }
        }
    }

    /// <summary>With their ages as of now.</summary>
    public IReadOnlyList<EdgeReport> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _edges.Values.Select(edge => edge.Report with { AgeMs = (long)clock.GetElapsedTime(edge.HeardAt).TotalMilliseconds })];
            }
        }
    }

    /// <summary>The edge was heard; <paramref name="change"/> says what it told.</summary>
    public void Heard(FleetIdentity identity, EdgeStream stream, Func<EdgeReport, EdgeReport> change)
    {
        lock (_gate)
        {
            var before = _edges.GetValueOrDefault(identity.Uri)?.Report;
            var report = change(before ?? new EdgeReport { Region = identity.Region, Name = identity.Name }) with { Connected = true, LeftByItself = false };
            _edges[identity.Uri] = new LocalEdge(report, stream, clock.GetTimestamp());
            if (_edges.Count > EdgesMax && _edges.Where(edge => !edge.Value.Report.Connected).OrderBy(edge => edge.Value.HeardAt).Select(edge => edge.Key).FirstOrDefault() is { } oldest)
            {
                _edges.Remove(oldest);
            }

            if (before is null || IsNews(before, report))
            {
                Raise();
            }
        }
    }

    /// <summary>The stream has ended; an edge that has opened another one since is still here.</summary>
    public void Left(FleetIdentity identity, EdgeStream stream, bool byItself)
    {
        lock (_gate)
        {
            if (_edges.TryGetValue(identity.Uri, out var edge) && edge.Stream == stream)
            {
                _edges[identity.Uri] = edge with { Report = edge.Report with { Connected = false, LeftByItself = byItself }, Stream = null };
                Raise();
            }
        }
    }

    private static bool IsNews(EdgeReport before, EdgeReport now) =>
        before.Connected != now.Connected || before.Boot != now.Boot || before.Draining != now.Draining
        || before.Sequence != now.Sequence || before.Answer != now.Answer || before.AnswerSequence != now.AnswerSequence
        || before.Revocations != now.Revocations || before.Probe != now.Probe;

    private void Raise()
    {
        var raised = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        raised.SetResult();
    }

    private sealed record LocalEdge(EdgeReport Report, EdgeStream? Stream, long HeardAt);
}
