using GlobalGateway.Contracts.Trust;

namespace GlobalGateway.ControlPlane.Distribution;

/// <summary>The edges that are or were connected, by what their certificates call them.</summary>
public sealed class EdgeRegistry(TimeProvider clock)
{
    /// <summary>Beyond it, the edge that has been away the longest is forgotten.</summary>
    public const int EdgesMax = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, EdgeState> _edges = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EdgeStream> _streams = new(StringComparer.Ordinal);

    public IReadOnlyList<EdgeState> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _edges.Values.OrderBy(edge => edge.Identity.Uri, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>The edge was heard; <paramref name="change"/> says what it told.</summary>
    public void Heard(FleetIdentity identity, EdgeStream stream, Func<EdgeState, EdgeState> change)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            var state = _edges.GetValueOrDefault(identity.Uri) ?? new EdgeState { Identity = identity, Connected = true, LastSeen = now };
            _streams[identity.Uri] = stream;
            _edges[identity.Uri] = change(state) with { Connected = true, LastSeen = now };
            if (_edges.Count > EdgesMax && _edges.Values.Where(edge => !edge.Connected).MinBy(edge => edge.LastSeen) is { } oldest)
            {
                _edges.Remove(oldest.Identity.Uri);
            }
        }
    }

    /// <summary>The stream has ended; an edge that has opened another one since is still here.</summary>
    public void Left(FleetIdentity identity, EdgeStream stream)
    {
        lock (_gate)
        {
            if (_streams.GetValueOrDefault(identity.Uri) == stream && _streams.Remove(identity.Uri) && _edges.TryGetValue(identity.Uri, out var state))
            {
                _edges[identity.Uri] = state with { Connected = false };
            }
        }
    }
}
