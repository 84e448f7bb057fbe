using System.Text.Json;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.ControlPlane.Rollouts;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Distribution;

/// <summary>
/// Writes what the edges at this control plane say where every other one sees it, under this one's lease: at once when something happens,
/// each second while numbers are watched, else as often as edges are heard.
/// </summary>
public sealed partial class EdgeReporter(
    IKeyValueStore store, StoreMirror mirror, FleetKeys keys, PlaneIdentity plane, EdgeRegistry registry, TimeProvider clock, ILogger<EdgeReporter> log) : BackgroundService
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<string, (byte[] Json, long At)> _written = new(StringComparer.Ordinal);
    private long _lease;
    private long _keptAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var changed = registry.Changed;
                try
                {
                    await WriteAsync(stoppingToken);
                }
                catch (StoreException problem)
                {
                    // Nobody else hears of these edges meanwhile; they serve on, and are written anew with another lease.
                    NotWritten(problem.Message);
                    _written.Clear();
                    _lease = 0;
                }

                await Task.Delay(Pause, clock, stoppingToken);
                await Task.WhenAny(changed, Task.Delay(NumbersAreWatched ? FleetProtocol.SampleEvery : FleetProtocol.HeartbeatEvery, clock, stoppingToken));
                stoppingToken.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The lease ends what was written.
        }
    }

    /// <summary>While a rollout runs, its gates read the samples.</summary>
    private bool NumbersAreWatched
    {
        get
        {
            try
            {
                return mirror.Current.Find(keys.Rollout) is { } entry && RolloutState.FromJson(entry.Value).Running is not null;
            }
            catch (JsonException)
            {
                // A newer version's rollout: its leader may want the numbers.
                return true;
            }
        }
    }

    private async Task WriteAsync(CancellationToken cancel)
    {
        if (_lease == 0 || clock.GetElapsedTime(_keptAt) > Lease / 3)
        {
            var sentAt = clock.GetTimestamp();
            if (_lease == 0 || !await store.KeepLeaseAsync(_lease, cancel))
            {
                _lease = await store.GrantLeaseAsync(Lease, cancel);
                _written.Clear();
            }

            _keptAt = sentAt;
        }

        var writes = new List<StoreWrite>();
        long bytes = 0;
        foreach (var report in registry.All)
        {
            // The age grows by itself at whoever reads it: it is written anew only with something else, or when the edge was heard again.
            var key = keys.Report(plane.Name, report.Id);
            var told = (report with { AgeMs = 0 }).ToJson();
            if (_written.TryGetValue(key, out var known) && known.Json.AsSpan().SequenceEqual(told) && clock.GetElapsedTime(known.At) < FleetProtocol.HeartbeatEvery)
            {
                continue;
            }

            var json = report.ToJson();

            if (writes.Count == StoreLimits.TransactionPartsMax || bytes + json.Length > StoreLimits.TransactionBytesMax / 2)
            {
                await store.CommitAsync(new StoreTransaction([], writes), cancel);
                writes = [];
                bytes = 0;
            }

            writes.Add(new StoreWrite.Put(key, json, _lease));
            bytes += json.Length;
            _written[key] = (told, clock.GetTimestamp());
        }

        if (writes.Count > 0)
        {
            await store.CommitAsync(new StoreTransaction([], writes), cancel);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "what the edges here say is not in the store: {Why}", EventName = "reports not written")]
    private partial void NotWritten(string why);
}
