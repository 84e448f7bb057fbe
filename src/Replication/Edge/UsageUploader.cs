using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Edge;

/// <summary>
/// Sends usage events from the journal to the store, in order and at least once; the store keeps each once. What is not sent stays
/// in the journal, whose size bounds it.
/// </summary>
public sealed class UsageUploader
{
    /// <summary>Events sent at once.</summary>
    public const int BatchMax = 512;

    private readonly EdgeBook _book;
    private readonly IUsageStore _store;
    private readonly string _region;
    private readonly List<UsageEvent> _batch = new(BatchMax);
    private JournalPosition _position;

    public UsageUploader(EdgeBook book, IUsageStore store, string region)
    {
        (_book, _store, _region) = (book, store, region);
        var position = default(JournalPosition);
        book.Journal.Read(ref position, (_, _, record) =>
        {
            if (UsageRecords.Uploaded(record) is { } uploaded && uploaded > _position)
            {
                _position = uploaded;
            }

            return true;
        });
    }

    /// <summary>Records before this one are sent.</summary>
    public JournalPosition Position => _position;

    /// <summary>Sends one batch.</summary>
    /// <returns>How many events; 0 when all are sent.</returns>
    /// <exception cref="LedgerUnavailableException">They are sent again next time.</exception>
    public async ValueTask<int> UploadAsync(CancellationToken cancel = default)
    {
        _batch.Clear();
        var position = _position;
        _book.Journal.Read(ref position, (incarnation, _, record) =>
        {
            if (_batch.Count == BatchMax)
            {
                return false;
            }

            if (UsageRecords.Event(incarnation, _region, record) is { } usage)
            {
                _batch.Add(usage);
            }

            return true;
        });
        if (_batch.Count > 0)
        {
            await _store.AppendAsync(_batch, cancel);
            _book.Uploaded(position);
        }

        _position = position;
        return _batch.Count;
    }
}
