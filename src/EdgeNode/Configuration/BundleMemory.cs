using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.EdgeNode.Hosting;

namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>What this edge has served, always on disk before it counts; watches the newest bundle's trial.</summary>
public sealed partial class BundleMemory(EdgeOptions options, BundleDisk disk, TimeProvider clock, ILogger<BundleMemory> log) : IDisposable
{
    private readonly Lock _gate = new();
    private HeldBundles _held = new();
    private ITimer? _trial;

    public HeldBundles Held
    {
        get
        {
            lock (_gate)
            {
                return _held;
            }
        }
    }

    /// <summary>The pointer with the highest sequence that was ever served here.</summary>
    public SignedDocument? Highest => Held is var held && held.Highest is { } highest ? highest : held.Pointers is [var newest, ..] ? newest : null;

    /// <summary>What a neighbour is offered, newest first.</summary>
    public IReadOnlyList<SignedDocument> Offered
    {
        get
        {
            var held = Held;
            var all = held.Shared is { } shared ? held.Pointers.Prepend(shared) : held.Pointers;
            return [.. all.DistinctBy(pointer => pointer.Sequence).OrderByDescending(pointer => pointer.Sequence)];
        }
    }

    /// <summary>Reads what is on disk and counts a death of the process before, if it was one.</summary>
    public void Open()
    {
        _held = disk.Held();
        if (_held.Pointers.Count == 0)
        {
            return;
        }

        var before = _held.Crashed.Count;
        Change(held => held.Started(clock.GetUtcNow()));
        if (Held.Crashed.Count > before)
        {
            GivenUp(Held.Crashed[0][..ContentHash.RevisionDigits]);
        }
    }

    /// <summary>Remembers a pointer that is about to be served.</summary>
    /// <returns>What to go <see cref="BackTo"/> when it is not.</returns>
    public HeldBundles Hold(SignedDocument pointer, string bundle)
    {
        var before = Held;
        var alone = pointer.Audience == Cohort.Edge(options.Region, options.Name);
        Change(held => held.With(pointer, bundle, clock.GetUtcNow(), alone));
        return before;
    }

    public void BackTo(HeldBundles before) => Change(_ => before);

    /// <summary>The bundle serves: from now on its time counts.</summary>
    public void Serves(string bundle)
    {
        _trial?.Dispose();
        _trial = clock.CreateTimer(_ => Prove(bundle), null, HeldBundles.TrialTime, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The process ends as it should: what it serves is not to blame.</summary>
    public void Stop()
    {
        _trial?.Dispose();
        if (Held.Pointers.Count > 0)
        {
            Change(held => held.Stopped());
        }
    }

    public void Dispose() => _trial?.Dispose();

    private void Prove(string bundle)
    {
        try
        {
            Change(held => held.Proven(bundle));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            NotWritten(problem.GetType().Name);
        }
    }

    private void Change(Func<HeldBundles, HeldBundles> change)
    {
        lock (_gate)
        {
            var next = change(_held);
            disk.Write(next);
            _held = next;
        }
    }

    [LoggerMessage(1, LogLevel.Error, "bundle {Bundle} is given up: this process has died twice soon after it began to serve it", EventName = "config crashed")]
    private partial void GivenUp(string bundle);

    [LoggerMessage(2, LogLevel.Warning, "the data folder cannot be written ({Why}); serving on", EventName = "config not remembered")]
    private partial void NotWritten(string why);
}
