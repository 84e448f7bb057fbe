using System.Collections.Concurrent;

namespace GlobalGateway.EdgeNode.Routing;

/// <summary>Which target last answered a conversation, for as long as providers keep its prompt cached.</summary>
public sealed class AffinityMemory(TimeProvider clock)
{
    /// <summary>How long providers keep a prompt that is not asked again.</summary>
    public static readonly TimeSpan CacheLifetime = TimeSpan.FromMinutes(5);

    /// <summary>Milliseconds; a smaller difference to a faster target is never worth a cold cache.</summary>
    public const double SlowerByMin = 50;

    /// <summary>At this many conversations the oldest ones are forgotten.</summary>
    public const int EntriesMax = 100_000;

    private readonly ConcurrentDictionary<AffinityKey, Entry> _entries = new();
    private int _sweeping;

    public string? Find(AffinityKey key) =>
        _entries.TryGetValue(key, out var entry) && clock.GetElapsedTime(entry.At) < CacheLifetime ? entry.Target : null;

    public void Remember(AffinityKey key, string target)
    {
        if (_entries.Count >= EntriesMax && Interlocked.Exchange(ref _sweeping, 1) == 0)
        {
            Sweep();
            Volatile.Write(ref _sweeping, 0);
        }

        if (_entries.Count < EntriesMax || _entries.ContainsKey(key))
        {
            _entries[key] = new Entry(target, clock.GetTimestamp());
        }
    }

    // What has run out goes; when that frees too little, the older half goes too.
    private void Sweep()
    {
        var ages = _entries.Select(e => (e.Key, Age: clock.GetElapsedTime(e.Value.At))).OrderByDescending(e => e.Age).ToArray();
        for (var i = 0; i < ages.Length && (ages[i].Age >= CacheLifetime || i < ages.Length / 2); i++)
        {
            _entries.TryRemove(ages[i].Key, out _);
        }
    }

    private readonly record struct Entry(string Target, long At);
}
