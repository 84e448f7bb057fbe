namespace GlobalGateway.ControlPlane.Store;

/// <summary>A key with its value.</summary>
/// <param name="CreateRevision">The store's revision at which the key came to be.</param>
/// <param name="ModRevision">The store's revision of its last change.</param>
/// <param name="Lease">What it vanishes with; 0 for none.</param>
public sealed record StoreEntry(string Key, byte[] Value, long CreateRevision, long ModRevision, long Lease = 0);

/// <summary>What to read.</summary>
/// <param name="Key">A whole key, or the beginning of keys.</param>
/// <param name="After">Only keys above this one: the last key of the page before.</param>
/// <param name="Limit">At most this many, 1 to <see cref="StoreLimits.PageMax"/>.</param>
/// <param name="KeysOnly">Entries come with empty values.</param>
public sealed record StoreQuery(string Key, bool Prefix = false, string? After = null, int Limit = StoreLimits.PageMax, bool KeysOnly = false)
{
    public static StoreQuery One(string key) => new(key);

    public static StoreQuery All(string prefix) => new(prefix, Prefix: true);
}

/// <summary>Entries in the order of their keys (by bytes), as of one revision of the store.</summary>
/// <param name="More">Whether the limit cut the answer.</param>
public sealed record StoreRange(long Revision, IReadOnlyList<StoreEntry> Entries, bool More)
{
    public StoreEntry? Single => Entries is [var entry] ? entry : null;
}

/// <summary>What must hold for a transaction to be applied; an absent key has both revisions 0.</summary>
public abstract record StoreCondition(string Key)
{
    public sealed record CreatedAt(string Key, long Revision) : StoreCondition(Key);

    public sealed record ChangedAt(string Key, long Revision) : StoreCondition(Key);

    /// <summary>The key exists and has exactly this value.</summary>
    public sealed record HasValue(string Key, byte[] Value) : StoreCondition(Key);

    public static StoreCondition Absent(string key) => new CreatedAt(key, 0);
}

/// <summary>One change; a transaction names each key at most once.</summary>
public abstract record StoreWrite(string Key)
{
    public sealed record Put(string Key, byte[] Value, long Lease = 0) : StoreWrite(Key);

    public sealed record Delete(string Key) : StoreWrite(Key);
}

/// <summary>Writes that are applied together, and only where every condition holds.</summary>
public sealed record StoreTransaction(IReadOnlyList<StoreCondition> Conditions, IReadOnlyList<StoreWrite> Writes);

/// <param name="Revision">Of the store after the transaction, applied or not.</param>
public readonly record struct StoreCommit(bool Applied, long Revision);

/// <summary>A step of <see cref="IKeyValueStore.FollowAsync"/>.</summary>
/// <param name="Listing">Whether <paramref name="Entries"/> are all there are under the prefix; else they are those changed.</param>
/// <param name="Deleted">Keys that are gone; empty in a listing.</param>
public sealed record StoreUpdate(long Revision, bool Listing, IReadOnlyList<StoreEntry> Entries, IReadOnlyList<string> Deleted);

/// <summary>What one call may carry; etcd's own limits, kept by every store.</summary>
public static class StoreLimits
{
    /// <summary>Of a transaction's keys and values together, below etcd's 1,572,864 bytes for a request.</summary>
    public const int TransactionBytesMax = 1_500_000;

    /// <summary>Writes, and conditions, of one transaction.</summary>
    public const int TransactionPartsMax = 128;

    /// <summary>Printable ASCII without the space, so that every store sorts keys alike.</summary>
    public const int KeyLettersMax = 512;
    public const int PageMax = 1_000;

    /// <exception cref="ArgumentException">The transaction is beyond a limit; the message says which.</exception>
    public static void Check(StoreTransaction transaction)
    {
        if (transaction.Conditions.Count > TransactionPartsMax || transaction.Writes.Count > TransactionPartsMax)
        {
            throw new ArgumentException($"{transaction.Conditions.Count} conditions and {transaction.Writes.Count} writes; a transaction has at most {TransactionPartsMax} of each");
        }

        var bytes = transaction.Writes.Sum(write => (long)write.Key.Length + (write is StoreWrite.Put put ? put.Value.Length : 0));
        if (bytes > TransactionBytesMax)
        {
            throw new ArgumentException($"{bytes:#,0} bytes; a transaction has at most {TransactionBytesMax:#,0}");
        }

        if (transaction.Writes.Select(write => write.Key).Concat(transaction.Conditions.Select(condition => condition.Key)).FirstOrDefault(key => !IsKey(key)) is { } wrong)
        {
            throw new ArgumentException($"a key has 1 to {KeyLettersMax} letters of printable ASCII; \"{wrong[..Math.Min(wrong.Length, 64)]}\" has not");
        }

        if (transaction.Writes.DistinctBy(write => write.Key).Count() != transaction.Writes.Count)
        {
            throw new ArgumentException("a transaction writes a key twice");
        }
    }

    private static bool IsKey(string key) => key.Length is > 0 and <= KeyLettersMax && key.All(letter => letter is > ' ' and <= '~');
}
