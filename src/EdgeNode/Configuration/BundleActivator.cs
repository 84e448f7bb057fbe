using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.EdgeNode.Snapshots;

namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>Whether a pointer is served now, as which revision, and if not, why.</summary>
public readonly record struct ActivationResult(string? Revision, string? Problem);

/// <summary>
/// Takes pointers to serving: signature, sequence, parts, limits, then a snapshot built off to the side and swapped in.
/// Whatever goes wrong, the edge serves on with what it has. Pointers are taken one after the other, whoever brings them.
/// </summary>
public sealed partial class BundleActivator(
    BundleMemory memory, BundleAssembler assembler, BundleTrust trust, SnapshotStore snapshots, ConfigStatus status, ILogger<BundleActivator> log) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Serves the newest bundle on disk that is whole and still trusted.</summary>
    public void StartFromDisk()
    {
        memory.Open();
        foreach (var pointer in memory.Held.Pointers)
        {
            try
            {
                var served = Check(pointer);
                var bundle = assembler.FromDisk(served.Bundle);
                if (snapshots.TryActivate(IdentityOf(served, bundle), bundle.Resources) is [var problem, ..])
                {
                    throw new BundleException(problem);
                }

                memory.Serves(served.Bundle);
                status.Serves(served);
                Started(served.Revision, pointer.Sequence);
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
        await _turn.WaitAsync(cancel);
        try
        {
            var served = await TakeAsync(pointer, parts, cancel);
            status.Serves(served);
            return new ActivationResult(served.Revision, null);
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
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<ServedPointer> TakeAsync(SignedDocument pointer, IBundleParts parts, CancellationToken cancel)
    {
        var held = memory.Held;
        var wanted = Check(pointer);
        if (pointer.Sequence < held.Sequence
            || (pointer.Sequence == held.Sequence && memory.Highest is { } highest && !highest.Payload.AsSpan().SequenceEqual(pointer.Payload)))
        {
            throw new BundleException($"its sequence {pointer.Sequence} is not above {held.Sequence}, which this edge has served");
        }

        if (held.Crashed.Contains(wanted.Bundle))
        {
            throw new BundleException(
                $"crashed: this process has died {HeldBundles.DeathsMax} times soon after it began to serve this bundle; change the configuration, or empty the data folder to try it again");
        }

        if (status.Served == wanted)
        {
            return wanted;
        }

        if (status.Served?.Bundle == wanted.Bundle)
        {
            // Served already: nothing is rebuilt, and what is counted for the bundle counts on.
            await assembler.ResignAsync(wanted.Bundle, pointer.KeyId, parts, cancel);
            memory.Hold(pointer, wanted.Bundle);
            snapshots.Repoint(pointer.Sequence);
            Serving(wanted.Revision, pointer.Sequence);
            return wanted;
        }

        var bundle = await assembler.AssembleAsync(wanted.Bundle, parts, cancel);
        await assembler.ResignAsync(wanted.Bundle, pointer.KeyId, parts, cancel);
        Swap(pointer, wanted, bundle);
        return wanted;
    }

    private void Swap(SignedDocument pointer, ServedPointer wanted, AssembledBundle bundle)
    {
        // On disk before it is live: should this process die of it, the next one knows.
        var before = memory.Hold(pointer, wanted.Bundle);
        var live = false;
        try
        {
            var problems = snapshots.TryActivate(IdentityOf(wanted, bundle), bundle.Resources);
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

        Serving(wanted.Revision, pointer.Sequence);
        memory.Serves(wanted.Bundle);
        assembler.Collect(memory.Held);
    }

    /// <summary>What a trusted pointer names.</summary>
    private ServedPointer Check(SignedDocument pointer)
    {
        if (trust.WhyNot(pointer, SignedType.Pointer) is { } why)
        {
            throw new BundleException($"the pointer cannot be trusted: {why}");
        }

        var target = BundleReader.Pointer(pointer);
        return new ServedPointer(ContentHash.Revision(target.ContentHash), target.Bundle, pointer.Sequence, pointer.KeyId);
    }

    private static BundleIdentity IdentityOf(ServedPointer served, AssembledBundle bundle) =>
        new(served.Revision, served.Bundle, bundle.Manifest.CreatedAt, served.Sequence);

    [LoggerMessage(1, LogLevel.Information, "revision {Revision} (pointer {Sequence}) is served", EventName = "config served")]
    private partial void Serving(string revision, long sequence);

    [LoggerMessage(2, LogLevel.Information, "revision {Revision} (pointer {Sequence}) is served from disk", EventName = "config from disk")]
    private partial void Started(string revision, long sequence);

    [LoggerMessage(3, LogLevel.Warning, "pointer {Sequence} on disk cannot be served: {Why}", EventName = "config not from disk")]
    private partial void NotFromDisk(long sequence, string why);

    [LoggerMessage(4, LogLevel.Warning, "pointer {Sequence} is refused, serving on: {Why}", EventName = "config refused")]
    private partial void Refused(Exception? problem, long sequence, string why);
}
