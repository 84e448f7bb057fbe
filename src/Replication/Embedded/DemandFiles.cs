using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Embedded;

/// <summary>What is wanted of one giver in one account, in one file: the largest total of each receiver counts.</summary>
internal sealed class DemandFiles(LedgerFolder folder)
{
    public async ValueTask WriteAsync(TransferDemand demand, CancellationToken cancel)
    {
        var path = PathOf(demand.Account, demand.Giver);
        await folder.ChangeAsync(path, () => Write(path, demand), cancel);
    }

    public IReadOnlyList<TransferDemand> Read(AccountKey account, string giver) =>
        folder.Read<IReadOnlyList<TransferDemand>>(PathOf(account, giver), [], file =>
        {
            using var scanner = new FrameScanner(file, 0);
            return Largest(scanner).Values.ToArray();
        });

    private string PathOf(AccountKey account, string giver) =>
        folder.PathOf("accounts", SafeName.Of(account.Budget), $"{account.Period}", SafeName.Of(giver) + ".demand");

    private bool Write(string path, TransferDemand demand)
    {
        using var file = folder.OpenToChange(path);
        using var scanner = new FrameScanner(file, 0);
        var all = Largest(scanner);
        scanner.CutTornEnd(path);
        var known = all.GetValueOrDefault((demand.Receiver, demand.ReceiverGeneration));
        var raised = known is null ? demand : known with { Total = SpendVector.Max(known.Total, demand.Total) };
        if (raised != known)
        {
            // Not synced: a receiver whose demand was lost with the machine asks again.
            Frame.Append(file, scanner.Position, LedgerRecords.Encode(raised).Written);
        }

        return true;
    }

    private static Dictionary<(string Receiver, int Generation), TransferDemand> Largest(FrameScanner scanner)
    {
        var all = new Dictionary<(string, int), TransferDemand>();
        while (scanner.TryNext(out var record))
        {
            var demand = LedgerRecords.DecodeDemand(record);
            var key = (demand.Receiver, demand.ReceiverGeneration);
            all[key] = all.TryGetValue(key, out var known) ? known with { Total = SpendVector.Max(known.Total, demand.Total) } : demand;
        }

        return all;
    }
}
