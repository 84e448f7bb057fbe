namespace GlobalGateway.ControlPlane.Store.Etcd;

/// <summary>Reads of a key or a page of them.</summary>
internal static class EtcdRange
{
    private const int ShrinkBy = 8;

    /// <param name="revision">As of which to read; the newest unless set.</param>
    /// <exception cref="EtcdFailureException"/>
    /// <exception cref="StoreUnavailableException"/>
    public static async Task<StoreRange> ReadAsync(EtcdGateway gateway, StoreQuery query, long? revision, CancellationToken cancel)
    {
        for (var limit = query.Limit; ; limit /= ShrinkBy)
        {
            var request = query.Prefix
                ? new RangeRequest(EtcdKeys.From(query.Key, query.After), EtcdKeys.Until(query.Key), limit, revision, query.KeysOnly ? true : null)
                : new RangeRequest(EtcdKeys.Bytes(query.Key), Revision: revision, KeysOnly: query.KeysOnly ? true : null);
            try
            {
                var answer = await gateway.AskAsync("kv/range", request, EtcdJsonContext.Default.RangeRequest, EtcdJsonContext.Default.RangeResponse, cancel);
                return new StoreRange(answer.Header.Revision, [.. (answer.Kvs ?? []).Select(EtcdKeys.Entry)], answer.More);
            }
            catch (EtcdFailureException problem) when (problem.Kind == FailureKind.TooLarge && query.Prefix && limit >= ShrinkBy)
            {
                // Fewer of these large values at a time.
            }
        }
    }

    /// <summary>Everything under a prefix as of one revision.</summary>
    /// <exception cref="EtcdFailureException"/>
    /// <exception cref="StoreUnavailableException"/>
    public static async Task<StoreUpdate> ListAsync(EtcdGateway gateway, string prefix, CancellationToken cancel)
    {
        var page = await ReadAsync(gateway, StoreQuery.All(prefix), null, cancel);
        var (revision, entries) = (page.Revision, page.Entries.ToList());
        while (page.More)
        {
            page = await ReadAsync(gateway, StoreQuery.All(prefix) with { After = entries[^1].Key }, revision, cancel);
            entries.AddRange(page.Entries);
        }

        return new StoreUpdate(revision, true, entries, []);
    }
}
