using GlobalGateway.LedgerSimulator.Stores;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.LedgerSimulator.Processes;

/// <summary>One call to a provider: what it reserved where, and what the provider truly did.</summary>
internal sealed class SimCall(Reservation reservation)
{
    public Reservation Reservation { get; } = reservation;

    public List<(SimEpoch Epoch, AccountKey Account, SpendVector Amount)> Parts { get; } = [];

    /// <summary>What the provider did, if it ends now without anybody knowing.</summary>
    public SpendVector Done { get; set; }
}
