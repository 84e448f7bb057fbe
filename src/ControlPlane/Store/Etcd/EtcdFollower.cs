using System.Runtime.CompilerServices;

namespace GlobalGateway.ControlPlane.Store.Etcd;

/// <summary>
/// Follows a prefix: a listing, then a watch from the revision behind it. A watch is believed only while it speaks: one that is silent,
/// ends, says an error, or shows a revision below one seen is given up, and a listing at another member follows.
/// </summary>
internal sealed partial class EtcdFollower(EtcdGateway gateway, TimeProvider clock, ILogger log)
{
    /// <summary>The leader rewrites its heartbeat key three times in this.</summary>
    public static readonly TimeSpan SilentMax = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan RetryFrom = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(3);

    public async IAsyncEnumerable<StoreUpdate> FollowAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        var failures = 0;
        while (true)
        {
            var listing = await TryAsync(() => EtcdRange.ListAsync(gateway, prefix, cancel));
            var stream = listing is null ? null : await TryAsync(() => WatchAsync(prefix, listing.Revision + 1, cancel));
            if (listing is not null)
            {
                yield return listing;
            }

            if (stream is not null)
            {
                await using (stream)
                {
                    var seen = listing!.Revision;
                    while (await TryAsync(() => NextAsync(stream, seen, cancel)) is { } update)
                    {
                        if (update.Revision > seen)
                        {
                            seen = update.Revision;
                            failures = 0;
                            yield return update;
                        }
                    }
                }
            }

            await Task.Delay(Wait(failures++), clock, cancel);
        }
    }

    private async Task<T?> TryAsync<T>(Func<Task<T>> attempt)
        where T : class
    {
        try
        {
            return await attempt();
        }
        catch (EtcdFailureException problem)
        {
            if (problem.Kind is FailureKind.Refused or FailureKind.NotLoggedIn)
            {
                Refused(problem.Message);
            }

            return null;
        }
        catch (StoreUnavailableException)
        {
            // The gateway has said so.
            return null;
        }
    }

    private static TimeSpan Wait(int failures)
    {
        var doubled = RetryFrom * Math.Pow(2, Math.Min(failures, 10));
        return (doubled < RetryMax ? doubled : RetryMax) * Random.Shared.NextDouble();
    }

    private Task<EtcdStream> WatchAsync(string prefix, long from, CancellationToken cancel) => gateway.OpenAsync(
        "watch", new WatchRequest(new WatchCreateRequest(EtcdKeys.From(prefix, null), EtcdKeys.Until(prefix), from)), EtcdJsonContext.Default.WatchRequest, cancel);

    private static async Task<StoreUpdate> NextAsync(EtcdStream stream, long seen, CancellationToken cancel)
    {
        var line = await stream.NextAsync(EtcdJsonContext.Default.WatchStreamLine, SilentMax, cancel);
        if (line.Error is { } error)
        {
            throw stream.Broken(EtcdFailureException.Of(error).Message, null);
        }

        var result = line.Result ?? throw stream.Broken("a line of a watch says nothing", null);
        if (result.Canceled)
        {
            // Nobody's fault where the revisions were compacted: the same member can list.
            throw result.CompactRevision > 0
                ? new EtcdFailureException(FailureKind.Compacted, "the watch's revision is compacted")
                : stream.Broken(result.CancelReason ?? "the watch was cancelled", null);
        }

        return result.Header.Revision >= seen
            ? UpdateOf(result.Events ?? [], seen)
            : throw stream.Broken($"it is at revision {result.Header.Revision} and {seen} was seen", null);
    }

    // Several transactions may come at once; each key as the last of them left it.
    private static StoreUpdate UpdateOf(IReadOnlyList<EtcdEvent> events, long seen)
    {
        var revision = seen;
        var changed = new Dictionary<string, StoreEntry?>(StringComparer.Ordinal);
        foreach (var change in events)
        {
            var entry = EtcdKeys.Entry(change.Kv);
            changed[entry.Key] = change.Type == "DELETE" ? null : entry;
            revision = Math.Max(revision, entry.ModRevision);
        }

        return new StoreUpdate(
            revision, false, [.. changed.Values.OfType<StoreEntry>()], [.. changed.Where(change => change.Value is null).Select(change => change.Key)]);
    }

    [LoggerMessage(3, LogLevel.Error, "etcd cannot be followed: it refuses, {Why}", EventName = "etcd refuses")]
    private partial void Refused(string why);
}
