using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Accounts;

/// <summary>Follows other regions' logs of an account for what they give to this one. Action of the specification: Replicate.</summary>
public sealed class TransferReceipts(AccountView receiver)
{
    private readonly Dictionary<LogKey, AccountView> _givers = [];

    /// <summary>The givers' logs as last read.</summary>
    public IReadOnlyCollection<AccountView> Givers => _givers.Values;

    /// <summary>Reads one generation of one giver's log, and books what it gives.</summary>
    public async ValueTask<AccountView> ReadAsync(ILedgerStore store, string region, int generation, CancellationToken cancel = default)
    {
        var key = new LogKey(receiver.Key.Account, region, generation);
        if (!_givers.TryGetValue(key, out var giver))
        {
            _givers.Add(key, giver = new AccountView(key));
        }

        await giver.RefreshAsync(store, LogRead.Quorum, cancel);
        var total = SpendVector.Zero;
        foreach (var known in _givers.Values)
        {
            total += known.Log.TransferredTo(receiver.Key.Region, receiver.Key.Generation);
        }

        receiver.ReceiveTransfers(total);
        return giver;
    }
}
