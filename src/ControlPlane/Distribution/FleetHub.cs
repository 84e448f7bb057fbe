using System.Collections.Concurrent;

namespace GlobalGateway.ControlPlane.Distribution;

/// <summary>The open streams, and the way to tell them all that there is something new.</summary>
public sealed class FleetHub
{
    /// <summary>Streams at one control plane; one more gets 503.</summary>
    public const int StreamsMax = 2_000;

    private readonly ConcurrentDictionary<EdgeStream, bool> _streams = new();

    public int Count => _streams.Count;

    public void Add(EdgeStream stream) => _streams[stream] = true;

    public void Remove(EdgeStream stream) => _streams.TryRemove(stream, out _);

    public void Wake()
    {
        foreach (var (stream, _) in _streams)
        {
            stream.Wake();
        }
    }
}
