using System.Diagnostics;
using System.Globalization;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Embedded;

/// <summary>
/// One writer at a time per file, among all processes and within each: a share of a fixed number of lock files, held by an
/// advisory lock (flock) on an open file, which the kernel gives back when its process ends, however it ends.
/// </summary>
internal sealed class FolderLocks(string folder)
{
    private readonly SemaphoreSlim[] _own = [.. Enumerable.Range(0, EmbeddedLimits.Locks).Select(_ => new SemaphoreSlim(1))];

    /// <exception cref="LedgerUnavailableException">The lock was not free in time.</exception>
    public async ValueTask<IDisposable> AcquireAsync(string path, CancellationToken cancel)
    {
        var stripe = StripeOf(path);
        var started = Stopwatch.GetTimestamp();
        if (!await _own[stripe].WaitAsync(EmbeddedLimits.LockWait, cancel))
        {
            throw Busy(path);
        }

        try
        {
            while (true)
            {
                if (TryOpen(Path.Combine(folder, stripe.ToString("x2", CultureInfo.InvariantCulture))) is { } file)
                {
                    return new Held(file, _own[stripe]);
                }

                if (Stopwatch.GetElapsedTime(started) > EmbeddedLimits.LockWait)
                {
                    throw Busy(path);
                }

                // The kernel has no queue with a time limit for these locks. A change takes about as long as one fsync.
                await Task.Delay(1 + Random.Shared.Next(3), cancel);
            }
        }
        catch
        {
            _own[stripe].Release();
            throw;
        }
    }

    /// <summary>Whether a second writer is kept out here at all: some network file systems grant every lock.</summary>
    public bool Exclude()
    {
        var path = Path.Combine(folder, $"probe-{Guid.NewGuid():N}");
        using var first = Open(path, FileOptions.DeleteOnClose);
        using var second = TryOpen(path);
        return second is null;
    }

    /// <summary>Opens a file for this holder alone; null while another one has it.</summary>
    public static FileStream? TryOpen(string path)
    {
        try
        {
            return Open(path, FileOptions.None);
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }
    }

    private static FileStream Open(string path, FileOptions options) =>
        new(path, LedgerFolder.Private(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, options));

    // EWOULDBLOCK of Linux and macOS, and the sharing violation of Windows.
    private static bool IsHeld(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    // The same in every process, unlike string.GetHashCode.
    private static int StripeOf(string path)
    {
        var hash = 2166136261u;
        foreach (var letter in path)
        {
            hash = (hash ^ letter) * 16777619;
        }

        return (int)(hash % EmbeddedLimits.Locks);
    }

    private static LedgerUnavailableException Busy(string path) =>
        new($"the ledger cannot change {path}: another writer has held its lock for {EmbeddedLimits.LockWait.TotalSeconds:0} s");

    private sealed class Held(FileStream file, SemaphoreSlim own) : IDisposable
    {
        public void Dispose()
        {
            file.Dispose();
            own.Release();
        }
    }
}
