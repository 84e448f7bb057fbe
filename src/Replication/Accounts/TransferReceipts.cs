using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Accounts;

/// <summary>Follows other regions' logs of an account for what they give to this one. Action of the specification: Replicate.</summary>
public sealed class TransferReceipts(AccountView receiver)
{
    private readonly Dictionary<LogKey, AccountView> _givers = [];

    /// <summary>The givers' logs as last read.</summary>
    public IReadOnlyCollection<AccountView> Givers => _givers.Values;

    /// <summary>Reads a giver's log with those of its earlier generations, and books what they give.</summary>
    /// <returns>The log of <paramref name="generation"/>.</returns>
    public async ValueTask<AccountView> ReadAsync(ILedgerStore store, string region, int generation, CancellationToken cancel = default)
    {
        AccountView? giver = null;
        for (var earlier = 1; earlier <= generation; earlier++)
        {
            var key = new LogKey(receiver.Key.Account, region, earlier);
            if (!_givers.TryGetValue(key, out giver))
            {
                _givers.Add(key, giver = new AccountView(key));
            }

            await giver.RefreshAsync(store, LogRead.Quorum, cancel);
        }

        var total = SpendVector.Zero;
        foreach (var known in _givers.Values)
        {
            total += known.Log.TransferredTo(receiver.Key.Region, receiver.Key.Generation);
        }

        receiver.ReceiveTransfers(total);
        return giver ?? throw new ArgumentOutOfRangeException(nameof(generation), "generations count from 1");
    }

    /// <summary>
    /// The most a giver could still give, if nothing of its open epochs were used: whoever shows nothing here need not be asked.
    /// Exact but for used rows, once every region's log was read.
    /// </summary>
    public SpendVector PotentialOf(AccountView giver, IReadOnlyList<AllocationRow> rows)
    {
        var log = giver.Log;
        var left = log.Share - log.TotalTransferredOut - log.Charged(static _ => default) + receiver.Log.TransferredTo(log.Key.Region, log.Key.Generation);
        foreach (var row in rows)
        {
            // What the giver has not taken yet of its allocation.
            left += row.Sequence == rows[^1].Sequence && log.AllocationSequence == 0 ? row.ShareOf(log.Key.Region) : default;
        }

        foreach (var epoch in log.Epochs)
        {
            left += epoch.Closed is null ? epoch.Charge(default) : default;
        }

        foreach (var other in _givers.Values)
        {
            left += other == giver ? default : other.Log.TransferredTo(log.Key.Region, log.Key.Generation);
        }

        return left.Positive();
    }
}
