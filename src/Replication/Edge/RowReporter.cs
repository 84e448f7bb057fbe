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
        var rows = Collect(holding, fencedOnly);
        if (rows.Count > 0)
        {
            await SendAsync(holding, log, rows, cancel);
        }

        return rows.Count > 0;
    }

    /// <summary>What the ledger does not have yet of one account.</summary>
    public IReadOnlyList<UsedRow> Collect(Holding holding, bool fencedOnly)
    {
        var rows = new List<UsedRow>();
        book.CollectDue(holding, rows);
        if (fencedOnly)
        {
            rows.RemoveAll(static row => row.Cap is null);
        }

        return rows;
    }

    public async ValueTask SendAsync(Holding holding, LogKey log, IReadOnlyList<UsedRow> rows, CancellationToken cancel = default)
    {
        if (rows.Any(static row => row.Cap is not null))
        {
            await book.Journal.SyncAsync(cancel);
        }

        foreach (var row in rows)
        {
            await store.WriteRowAsync(log, row, cancel);
        }

        book.Reported(holding, rows);
    }
}
