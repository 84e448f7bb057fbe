using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Distribution;

/// <summary>What edges are to be told, read from the mirrored store and kept parsed; wakes the streams when any of it changes.</summary>
public sealed partial class FleetBoard(StoreMirror mirror, FleetKeys keys, FleetHub hub, ILogger<FleetBoard> log) : BackgroundService
{
    private volatile FleetNotices _notices = FleetNotices.None;

    public FleetNotices Notices => _notices;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (var state = mirror.Current; ; state = await mirror.ChangedAsync(state, stoppingToken))
            {
                if (Read(state, _notices) is { } notices)
                {
                    _notices = notices;
                    hub.Wake();
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The control plane stops.
        }
    }

    /// <returns>Nothing when none of it is new.</returns>
    private FleetNotices? Read(MirroredState state, FleetNotices before)
    {
        var pointers = state.Under(keys.Pointers).ToList();
        var (revocations, probe) = (state.Find(keys.Revocations), state.Find(keys.Probe));
        var stamp = (pointers.Count, pointers.Select(pointer => pointer.ModRevision).DefaultIfEmpty().Max(), revocations?.ModRevision ?? 0, probe?.ModRevision ?? 0);
        if (stamp == before.Stamp)
        {
            return null;
        }

        return new FleetNotices
        {
            Stamp = stamp,
            Pointers = pointers.Select(entry => (Cohort: entry.Key[keys.Pointers.Length..], Document: Parse(entry, BundleJsonContext.Default.SignedDocument)))
                .Where(pointer => pointer.Document is not null).ToDictionary(pointer => pointer.Cohort, pointer => pointer.Document!, StringComparer.Ordinal),
            Revocations = revocations is null ? null : Parse(revocations, BundleJsonContext.Default.SignedDocument),
            Probe = probe is null ? null : Parse(probe, DistributionJsonContext.Default.ProbeQuestion),
        };
    }

    private T? Parse<T>(StoreEntry entry, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(entry.Value, type);
        }
        catch (JsonException)
        {
            // Edges keep what they have; who wrote this is a newer version, or nobody of ours.
            NotReadable(entry.Key);
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Error, "{Key} in the store cannot be read by this version", EventName = "store not readable")]
    private partial void NotReadable(string key);
}

/// <summary>The signed documents and questions for edges, as of one state of the store.</summary>
public sealed record FleetNotices
{
    public static readonly FleetNotices None = new();

    internal (int, long, long, long) Stamp { get; init; }

    /// <summary>By cohort.</summary>
    public IReadOnlyDictionary<string, SignedDocument> Pointers { get; init; } = new Dictionary<string, SignedDocument>();

    public SignedDocument? Revocations { get; init; }

    public ProbeQuestion? Probe { get; init; }

    /// <summary>The newest pointer that is for this edge.</summary>
    public SignedDocument? PointerFor(string region, string name) =>
        Cohort.Of(region, name).Select(cohort => Pointers.GetValueOrDefault(cohort)).OfType<SignedDocument>().MaxBy(pointer => pointer.Sequence);
}
