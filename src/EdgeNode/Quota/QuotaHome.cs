using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.Replication.Agent;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>This edge's journal and what is built on it: the book of rights, the quota that requests ask, and the ledger behind them.</summary>
public sealed class QuotaHome : IDisposable
{
    private const string JournalFolder = "journal";

    private readonly JournalDevice _journal;
    private readonly DirectoryAgentLock _agentLock;

    private QuotaHome(EdgeOptions options, OpenedJournal opened, LedgerFolder folder, EdgeBook book, TimeProvider clock)
    {
        _journal = opened.Device;
        _agentLock = new DirectoryAgentLock(folder, options.Region);
        (Inherited, Folder) = (opened, folder);
        Quota = new EdgeQuota(book, new DirectoryLedger(folder, options.Region), null, new QuotaOptions { Region = options.Region, Edges = options.EdgesMax }, clock);
        Usage = new DirectoryUsage(folder);
        Uploader = new UsageUploader(book, Usage, options.Region);
    }

    public EdgeQuota Quota { get; }

    /// <summary>Where the ledger is.</summary>
    public LedgerFolder Folder { get; }

    /// <summary>Usage events of all regions.</summary>
    public IUsageStore Usage { get; }

    public UsageUploader Uploader { get; }

    public IAgentLock AgentLock => _agentLock;

    /// <summary>What earlier runs of this edge left.</summary>
    public OpenedJournal Inherited { get; }

    /// <summary>Takes the journal and takes over what earlier runs left in it; a ledger that does not answer is no hindrance.</summary>
    /// <exception cref="JournalOpenException">The journal's folder cannot be used.</exception>
    /// <exception cref="LedgerFolderException">The ledger's folder holds something else.</exception>
    public static QuotaHome Open(EdgeOptions options, TimeProvider clock)
    {
        var folder = new LedgerFolder(options.LedgerDirectory!);
        try
        {
            folder.Open();
        }
        catch (LedgerUnavailableException)
        {
            // It is opened again at every use.
        }

        var opened = JournalDevice.Open(options.JournalDirectory ?? Path.Combine(options.DataDirectory, JournalFolder));
        try
        {
            var ends = opened.Predecessors.ToDictionary(earlier => earlier.Incarnation, earlier => earlier.End);
            return new QuotaHome(options, opened, folder, EdgeBook.Open(opened.Device, ends, clock.GetUtcNow()), clock);
        }
        catch
        {
            opened.Device.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _agentLock.Dispose();
        _journal.Dispose();
    }
}
