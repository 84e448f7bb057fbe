using System.Diagnostics;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.ControlPlane.Hosting;
using GlobalGateway.ControlPlane.Rollouts;
using GlobalGateway.ControlPlane.Sources;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Folder;

/// <summary>
/// Hands a folder of resources to the rollouts whenever it changes, and once at the beginning of each term. The file system's own events make it quick; looking every
/// 200 ms makes it certain, because events are lost on some mounts and when a folder is replaced.
/// </summary>
public sealed partial class FolderSource(
    ControlPlaneOptions options, SourceDesk desk, TimeProvider clock, ILogger<FolderSource> log) : ILeaderDuty, IDisposable
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>A save is several writes; what holds still for this long is taken as saved.</summary>
    public static readonly TimeSpan SettledAfter = TimeSpan.FromMilliseconds(35);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>A large folder is not looked at all the time: a look may take this share of it.</summary>
    private const int LookShare = 10;

    private readonly SemaphoreSlim _changed = new(0, 1);
    private readonly string _folder = options.SourceDirectory ?? throw new ArgumentException("no folder is the source", nameof(options));

    public void Dispose() => _changed.Dispose();

    public async Task RunAsync(ILeadership term)
    {
        var ended = term.Ended;
        var watchers = new List<FileSystemWatcher>();
        IReadOnlyList<string> watched = [];
        int? loaded = null;
        try
        {
            while (!ended.IsCancellationRequested)
            {
                var started = Stopwatch.GetTimestamp();
                var folders = Look(ResourceLoader.Folders, _folder, watched);
                if (!folders.SequenceEqual(watched))
                {
                    Rewatch(watchers, folders);
                    watched = folders;
                }

                var now = Look(FolderFingerprint.Of, folders, 0);
                if (now != loaded)
                {
                    var settled = await SettledAsync(folders, now, ended);
                    loaded = await TakeAsync(term) ? settled : null;
                    if (loaded is null)
                    {
                        await Task.Delay(RetryAfter, clock, ended);
                    }

                    continue;
                }

                var pause = Stopwatch.GetElapsedTime(started) * LookShare;
                await _changed.WaitAsync(pause > LookEvery ? pause : LookEvery, ended);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // Another control plane leads, or this one stops.
        }
        finally
        {
            watchers.ForEach(watcher => watcher.Dispose());
        }
    }

    private static async Task<int> SettledAsync(IReadOnlyList<string> folders, int now, CancellationToken cancel)
    {
        while (true)
        {
            await Task.Delay(SettledAfter, cancel);
            var later = Look(FolderFingerprint.Of, folders, now);
            if (later == now)
            {
                return now;
            }

            now = later;
        }
    }

    /// <summary>Files may vanish while they are looked at; then the next look tells.</summary>
    private static T Look<TInput, T>(Func<TInput, T> look, TInput input, T otherwise)
    {
        try
        {
            return look(input);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return otherwise;
        }
    }

    /// <returns>Whether this state of the folder is done with, for good or bad; else it is taken again.</returns>
    private async Task<bool> TakeAsync(ILeadership term)
    {
        try
        {
            await desk.TakeAsync(term, ResourceLoader.Load(_folder), new RevisionOrigin("folder"), _folder, default, term.Ended);
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or StoreException or BundleException)
        {
            // A full disk or a store that is away passes; edges keep what they serve meanwhile.
            NotTaken(problem.Message);
            return false;
        }
    }

    private void Rewatch(List<FileSystemWatcher> watchers, IReadOnlyList<string> folders)
    {
        watchers.ForEach(watcher => watcher.Dispose());
        watchers.Clear();
        foreach (var folder in folders)
        {
            try
            {
                var watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true, NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size };
                watcher.Changed += (_, _) => Wake();
                watcher.Created += (_, _) => Wake();
                watcher.Deleted += (_, _) => Wake();
                watcher.Renamed += (_, _) => Wake();
                watcher.EnableRaisingEvents = true;
                watchers.Add(watcher);
            }
            catch (Exception problem) when (problem is IOException or ArgumentException)
            {
                NotWatched(folder, problem.Message);
            }
        }
    }

    private void Wake()
    {
        try
        {
            if (_changed.CurrentCount == 0)
            {
                _changed.Release();
            }
        }
        catch (Exception problem) when (problem is SemaphoreFullException or ObjectDisposedException)
        {
            // Somebody else woke it, or it has ended.
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "the folder is taken again in a second: {Why}", EventName = "source not taken")]
    private partial void NotTaken(string why);

    [LoggerMessage(2, LogLevel.Warning, "{Folder} sends no events ({Why}); it is looked at every 200 ms", EventName = "source not watched")]
    private partial void NotWatched(string folder, string why);
}
