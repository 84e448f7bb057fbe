using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Edge;

/// <summary>
/// Tells the ledger what an edge used: cumulative, so that any report may be lost or repeated. What must stay true: fences and
/// settlements are on the disk before a cap or a final row is sent. Actions of the specification: Report, FenceOwn, Final.
/// </summary>
public sealed class RowReporter(EdgeBook book, ILedgerStore store)
{
    /// <summary>Reports one account's epochs.</summary>
    /// <param name="fencedOnly">Only what somebody may be waiting for.</param>
    /// <returns>Whether there was anything to report.</returns>
    public async ValueTask<bool> ReportAsync(Holding holding, LogKey log, bool fencedOnly = false, CancellationToken cancel = default)
    {
        var rows = new List<UsedRow>();
        book.CollectDue(holding, rows);
        if (fencedOnly)
        {
            rows.RemoveAll(static row => row.Cap is null);
        }

        if (rows.Count == 0)
        {
            return false;
        }

        if (rows.Exists(row => row.Cap is not null))
        {
            await book.Journal.SyncAsync(cancel);
        }

        foreach (var row in rows)
        {
            await store.WriteRowAsync(log, row, cancel);
        }

        book.Reported(holding, rows);
        return true;
    }
}
