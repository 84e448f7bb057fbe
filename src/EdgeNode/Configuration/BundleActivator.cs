using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.EdgeNode.Snapshots;

namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>Whether a pointer is served now, as which revision, and if not, why.</summary>
public readonly record struct ActivationResult(string? Revision, string? Problem);

/// <summary>
/// Takes pointers to serving: signature, sequence, parts, limits, then a snapshot built off to the side and swapped in.
/// Whatever goes wrong, the edge serves on with what it has. One caller at a time: the stream.
/// </summary>
public sealed partial class BundleActivator(
    BundleMemory memory, BundleAssembler assembler, BundleTrust trust, SnapshotStore snapshots, ConfigStatus status, ILogger<BundleActivator> log)
{
    /// <summary>Serves the newest bundle on disk that is whole and still trusted.</summary>
    public void StartFromDisk()
    {
        memory.Open();
        foreach (var pointer in memory.Held.Pointers)
        {
            try
            {
                var (bundle, revision) = Check(pointer);
                if (snapshots.TryActivate(revision, assembler.FromDisk(bundle), pointer.Sequence) is [var problem, ..])
                {
                    throw new BundleException(problem);
                }

                memory.Serves(bundle);
                status.Serves(revision, pointer.Sequence);
                Started(revision, pointer.Sequence);
                return;
            }
            catch (Exception problem)
            {
                // Whatever it is, the next older one may serve, and else the control plane has another.
                NotFromDisk(pointer.Sequence, problem.Message);
            }
        }
    }

    /// <exception cref="HttpRequestException">The parts could not be fetched; asking again may help.</exception>
    public async Task<ActivationResult> ApplyAsync(SignedDocument pointer, IBundleParts parts, CancellationToken cancel)
    {
        try
        {
            var revision = await TakeAsync(pointer, parts, cancel);
            status.Serves(revision, pointer.Sequence);
            return new ActivationResult(revision, null);
        }
        catch (Exception problem) when (problem is not (HttpRequestException or OperationCanceledException))
        {
            var why = problem switch
            {
                BundleException => problem.Message,

                // A full or read-only disk: what cannot be kept is not served, because a restart would lose it.
                IOException or UnauthorizedAccessException => $"the data folder cannot be written ({problem.GetType().Name})",

                // A bundle that trips over a mistake of this program is one more that is not served; it must not end the edge.
                _ => $"building it failed ({problem.GetType().Name}: {problem.Message})",
            };
            Refused(problem is BundleException ? null : problem, pointer.Sequence, why);
            status.Refused($"pointer {pointer.Sequence} is refused: {why}");
            return new ActivationResult(null, why);
        }
    }

    private async Task<string> TakeAsync(SignedDocument pointer, IBundleParts parts, CancellationToken cancel)
    {
        var held = memory.Held;
        var (bundle, revision) = Check(pointer);
        if (pointer.Sequence < held.Sequence
            || (held.Pointers is [var newest, ..] && newest.Sequence == pointer.Sequence && !newest.Payload.AsSpan().SequenceEqual(pointer.Payload)))
        {
            throw new BundleException($"its sequence {pointer.Sequence} is not above {held.Sequence}, which this edge has served");
        }

        if (status.Sequence == pointer.Sequence)
        {
            return revision;
        }

        if (held.Crashed.Contains(bundle))
        {
            throw new BundleException(
                $"crashed: this process has died {HeldBundles.DeathsMax} times soon after it began to serve this bundle; change the configuration, or empty the data folder to try it again");
        }

        var resources = await assembler.AssembleAsync(bundle, parts, cancel);

        // On disk before it is live: should this process die of it, the next one knows.
        var before = memory.Hold(pointer, bundle);
        var live = false;
        try
        {
            var problems = snapshots.TryActivate(revision, resources, pointer.Sequence);
            live = problems.Count == 0;
            if (!live)
            {
                throw new BundleException(string.Join("; ", problems));
            }
        }
        finally
        {
            if (!live)
            {
                memory.BackTo(before);
                assembler.Collect(before);
            }
        }

        Serving(revision, pointer.Sequence);
        memory.Serves(bundle);
        assembler.Collect(memory.Held);
        return revision;
    }

    /// <summary>The bundle a trusted pointer names, and the revision people know it by.</summary>
    private (string Bundle, string Revision) Check(SignedDocument pointer)
    {
        if (trust.WhyNot(pointer, SignedType.Pointer) is { } why)
        {
            throw new BundleException($"the pointer cannot be trusted: {why}");
        }

        var target = BundleReader.Pointer(pointer);
        return (target.Bundle, ContentHash.Revision(target.ContentHash));
    }

    [LoggerMessage(1, LogLevel.Information, "revision {Revision} (pointer {Sequence}) is served", EventName = "config served")]
    private partial void Serving(string revision, long sequence);

    [LoggerMessage(2, LogLevel.Information, "revision {Revision} (pointer {Sequence}) is served from disk", EventName = "config from disk")]
    private partial void Started(string revision, long sequence);

    [LoggerMessage(3, LogLevel.Warning, "pointer {Sequence} on disk cannot be served: {Why}", EventName = "config not from disk")]
    private partial void NotFromDisk(long sequence, string why);

    [LoggerMessage(4, LogLevel.Warning, "pointer {Sequence} is refused, serving on: {Why}", EventName = "config refused")]
    private partial void Refused(Exception? problem, long sequence, string why);
}
