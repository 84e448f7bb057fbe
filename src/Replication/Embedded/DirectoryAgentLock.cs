using GlobalGateway.Replication.Agent;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Embedded;

/// <summary>The region's agent is the process that holds a file of the ledger's folder; the kernel frees it when that process ends.</summary>
public sealed class DirectoryAgentLock(LedgerFolder folder, string region) : IAgentLock, IDisposable
{
    private readonly Lock _lock = new();
    private FileStream? _held;
    private bool _disposed;

    /// <exception cref="LedgerUnavailableException">The folder cannot be written now.</exception>
    public ValueTask<bool> HoldAsync(CancellationToken cancel = default)
    {
        lock (_lock)
        {
            var path = folder.PathOf("locks", $"agent-{SafeName.Of(region)}");
            _held ??= _disposed ? null : folder.Read(() => FolderLocks.TryOpen(path), path);
            return new(_held is not null);
        }
    }

    /// <summary>Lets another process become the agent.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _held?.Dispose();
            _held = null;
        }
    }
}
