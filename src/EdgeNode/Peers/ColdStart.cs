using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.EdgeNode.Configuration;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Revocations;
using GlobalGateway.EdgeNode.Snapshots;

namespace GlobalGateway.EdgeNode.Peers;

/// <summary>
/// Brings an edge with an empty disk to serving when no control plane does: from an edge of its region, or from a seed folder, whichever
/// holds the highest signed pointer that is for this edge. Signatures are checked as always; who carried the bytes does not matter.
/// </summary>
public sealed partial class ColdStart(
    EdgeOptions options, PeerClient peers, BundleActivator activator, BundleTrust trust, RevocationLane revocations, SnapshotStore snapshots, ConfigStatus status,
    SeedFolder seed, TimeProvider clock, ILogger<ColdStart> log)
{
    /// <summary>Control planes have this long before neighbours are asked, unless each has failed by then; one that is connected has <see cref="ConnectedPatience"/>.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    public static readonly TimeSpan ConnectedPatience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Ends when the edge serves, from wherever; never fails.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        if (options is { Peers.Length: 0, SeedDirectory: null })
        {
            return;
        }

        var started = clock.GetTimestamp();
        try
        {
            if (options.ControlPlanes.Length > 0)
            {
                await Task.WhenAny(status.NoneReached, Task.Delay(Patience, clock, cancel));
                cancel.ThrowIfCancellationRequested();
            }

            while (snapshots.Current is null)
            {
                if ((!status.Connected || clock.GetElapsedTime(started) >= ConnectedPatience) && await TryAsync(cancel))
                {
                    return;
                }

                await Task.Delay(AskEvery, clock, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The edge goes down.
        }
    }

    private async Task<bool> TryAsync(CancellationToken cancel)
    {
        var answers = await Task.WhenAll(options.Peers.Select(peer => AskAsync(new Uri(peer), cancel)));
        return await TakeAsync(answers.OfType<Source>(), cancel) || (seed.Disk is { } disk && await TakeAsync([Seed(disk)], cancel));
    }

    private async Task<Source?> AskAsync(Uri peer, CancellationToken cancel)
    {
        var parts = peers.Parts(peer);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(AnswerTimeout);
        try
        {
            return await parts.HeldAsync(timeout.Token) is { } held ? new Source(peer.Authority, held, parts) : null;
        }
        catch (Exception problem) when (problem is HttpRequestException or BundleException || (problem is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            NoAnswer(peer.Authority, problem is OperationCanceledException ? "no answer in time" : problem.Message);
            return null;
        }
    }

    private Source Seed(BundleDisk disk)
    {
        var held = disk.Held();
        return new Source($"the seed folder {options.SeedDirectory}", new HeldDocuments([.. held.Pointers.Append(held.Shared).OfType<SignedDocument>()], disk.Revocations(out _)), disk);
    }

    private async Task<bool> TakeAsync(IEnumerable<Source> sources, CancellationToken cancel)
    {
        var all = sources.ToList();

        // Before any key is let in: what is revoked is revoked here, too. The newest list that is trusted stays.
        foreach (var list in all.Select(source => source.Held.Revocations).OfType<SignedDocument>().OrderByDescending(list => list.Sequence))
        {
            if (list.Sequence > revocations.Sequence && revocations.Take(list) is { } problem)
            {
                ListRefused(list.Sequence, problem);
            }
        }

        var offers = all.SelectMany(source => source.Held.Pointers.Select(pointer => (Pointer: pointer, Source: source)))
            .Where(offer => trust.WhyNot(offer.Pointer, SignedType.Pointer) is null)
            .OrderByDescending(offer => offer.Pointer.Sequence);
        foreach (var (pointer, source) in offers)
        {
            try
            {
                if ((await activator.ApplyAsync(pointer, source.Parts, cancel)).Revision is { } revision)
                {
                    Served(revision, pointer.Sequence, source.Name);
                    return true;
                }
            }
            catch (HttpRequestException problem)
            {
                NoAnswer(source.Name, problem.Message);
            }
        }

        return false;
    }

    private sealed record Source(string Name, HeldDocuments Held, IBundleParts Parts);

    [LoggerMessage(1, LogLevel.Information, "cold start: revision {Revision} (pointer {Sequence}) is served from {Source}", EventName = "config from neighbour")]
    private partial void Served(string revision, long sequence, string source);

    [LoggerMessage(2, LogLevel.Warning, "cold start: nothing from {Source}: {Why}", EventName = "neighbour silent")]
    private partial void NoAnswer(string source, string why);

    [LoggerMessage(3, LogLevel.Warning, "cold start: revocation list {Sequence} is not in force: {Why}", EventName = "neighbour revocations refused")]
    private partial void ListRefused(long sequence, string why);
}
