using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Contract.Ledger;

public sealed class DirectoryUsageContractTests : UsageStoreContract, IDisposable
{
    private readonly TemporaryLedger _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override IUsageStore Open() => new DirectoryUsage(new LedgerFolder(_folder.Root));
}
