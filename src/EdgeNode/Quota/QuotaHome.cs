using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>This edge's journal and what is built on it: the book of rights, the quota that requests ask, and the ledger behind them.</summary>
public sealed class QuotaHome : IAsyncDisposable
{
    private const string JournalFolder = "journal";

    private readonly JournalDevice _journal;

    private QuotaHome(EdgeOptions options, OpenedJournal opened, LedgerStores stores, EdgeBook book, ISliceStore? slices, TimeProvider clock)
    {
        _journal = opened.Device;
        (Inherited, Stores) = (opened, stores);
        Quota = new EdgeQuota(book, stores.Ledger, slices, new QuotaOptions { Region = options.Region, Edges = options.EdgesMax, HintsEvery = stores.HintsEvery }, clock);
        Uploader = new UsageUploader(book, stores.Usage, options.Region);
    }

    public EdgeQuota Quota { get; }

    public LedgerStores Stores { get; }

    public UsageUploader Uploader { get; }

    /// <summary>What earlier runs of this edge left.</summary>
    public OpenedJournal Inherited { get; }

    /// <summary>Takes the journal and takes over what earlier runs left in it; a ledger that does not answer is no hindrance.</summary>
    /// <exception cref="JournalOpenException">The journal's folder cannot be used.</exception>
    /// <exception cref="LedgerFolderException">The ledger's folder holds something else.</exception>
    /// <param name="slices">The region's; without them this edge grants itself rights.</param>
    public static QuotaHome Open(EdgeOptions options, ISliceStore? slices, TimeProvider clock)
    {
        // The folder first: one that holds something else is no place for a journal either.
        var stores = LedgerStores.Open(options, clock);
        var opened = JournalDevice.Open(options.JournalDirectory ?? Path.Combine(options.DataDirectory, JournalFolder));
        try
        {
            var ends = opened.Predecessors.ToDictionary(earlier => earlier.Incarnation, earlier => earlier.End);
            return new QuotaHome(options, opened, stores, EdgeBook.Open(opened.Device, ends, clock.GetUtcNow()), slices, clock);
        }
        catch
        {
            opened.Device.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stores.DisposeAsync();
        _journal.Dispose();
    }
}
