using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Etcd;
using Xunit;

namespace GlobalGateway.Contract.ConfigStore;

[Trait("suite", "config")]
public sealed class EtcdOneContractTests(EtcdOne fixture) : ConfigStoreContract, IClassFixture<EtcdOne>, IAsyncDisposable
{
    private readonly EtcdKeyValueStore _store = EtcdClients.Open(fixture.Cluster);

    protected override IKeyValueStore Store => _store;

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
