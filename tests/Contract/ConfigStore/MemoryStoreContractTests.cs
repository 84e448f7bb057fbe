using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.Contract.ConfigStore;

public sealed class MemoryStoreContractTests : ConfigStoreContract, IAsyncDisposable
{
    private readonly MemoryStore _store = new();

    protected override IKeyValueStore Store => _store;

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
