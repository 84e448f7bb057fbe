namespace GlobalGateway.ControlPlane.Store;

/// <summary>Lists what is larger than a page.</summary>
public static class StoreListing
{
    /// <summary>Every key that begins so, without that beginning, in order; keys that come or go meanwhile may be missed.</summary>
    public static async Task<IReadOnlyList<string>> NamesAsync(this IKeyValueStore store, string prefix, CancellationToken cancel)
    {
        var names = new List<string>();
        for (string? after = null; ;)
        {
            var page = await store.RangeAsync(new StoreQuery(prefix, Prefix: true, after, KeysOnly: true), cancel);
            names.AddRange(page.Entries.Select(entry => entry.Key[prefix.Length..]));
            if (!page.More)
            {
                return names;
            }

            after = page.Entries[^1].Key;
        }
    }
}
