using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Embedded;
using Xunit;

namespace GlobalGateway.Contract.ConfigStore;

[Trait("suite", "config")]
public sealed class EmbeddedStoreContractTests : ConfigStoreContract, IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gg-store-").FullName;
    private readonly EmbeddedKeyValueStore _store;

    public EmbeddedStoreContractTests() => _store = EmbeddedKeyValueStore.Open(_folder, TimeProvider.System);

    protected override IKeyValueStore Store => _store;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
