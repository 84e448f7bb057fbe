namespace GlobalGateway.Contract.Ledger;

public sealed class DirectoryLedgerContractTests : LedgerStoreContract, IDisposable
{
    private readonly TemporaryLedger _folder = new();

    protected override LedgerPlace Place => new("directory", _folder.Root);

    public void Dispose() => _folder.Dispose();
}
