using GlobalGateway.ControlPlane.Store;
using Xunit;

namespace GlobalGateway.Contract.ConfigStore;

[Trait("suite", "config")]
public sealed class MemoryStoreContractTests : ConfigStoreContract, IAsyncDisposable
{
    private readonly MemoryStore _store = new();

    protected override IKeyValueStore Store => _store;

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
