using System.Collections.Immutable;

namespace GlobalGateway.ControlPlane.Store;

/// <summary>What is under <see cref="FleetKeys.State"/>, kept in memory by following the store: reads cost nothing and work while the store is away.</summary>
public sealed class StoreMirror(IKeyValueStore store, FleetKeys keys) : BackgroundService
{
    private readonly Lock _gate = new();
    private volatile MirroredState _current = MirroredState.Empty;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The newest state heard; <see cref="MirroredState.Empty"/> until the first listing.</summary>
    public MirroredState Current => _current;

    /// <summary>Waits until the state is another than the given one.</summary>
    public async Task<MirroredState> ChangedAsync(MirroredState known, CancellationToken cancel)
    {
        while (true)
        {
            Task change;
            lock (_gate)
            {
                if (!ReferenceEquals(_current, known))
                {
                    return _current;
                }

                change = _changed.Task;
            }

            await change.WaitAsync(cancel);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var update in store.FollowAsync(keys.State, stoppingToken))
            {
                Apply(update);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The control plane stops.
        }
    }

    private void Apply(StoreUpdate update)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            var entries = update.Listing ? MirroredState.Empty.Entries : _current.Entries;
            _current = new MirroredState(
                update.Revision, entries.SetItems(update.Entries.Select(entry => KeyValuePair.Create(entry.Key, entry))).RemoveRange(update.Deleted));
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }
}

/// <summary>The mirrored keys as of one revision of the store.</summary>
/// <param name="Revision">0 before anything was heard.</param>
public sealed record MirroredState(long Revision, ImmutableSortedDictionary<string, StoreEntry> Entries)
{
    public static readonly MirroredState Empty = new(0, ImmutableSortedDictionary.Create<string, StoreEntry>(StringComparer.Ordinal));

    public StoreEntry? Find(string key) => Entries.GetValueOrDefault(key);

    /// <summary>In the order of their keys.</summary>
    public IEnumerable<StoreEntry> Under(string prefix) => Entries.Values.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal));
}
