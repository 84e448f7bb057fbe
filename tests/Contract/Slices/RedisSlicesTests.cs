using GlobalGateway.Contract.Redis;
using GlobalGateway.Replication.Redis;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Testing.Redis;
using Xunit;

namespace GlobalGateway.Contract.Slices;

public sealed class RedisSlicesTests : SliceStoreContract, IAsyncLifetime
{
    private RedisServer _server = null!;
    private RedisConnection _connection = null!;

    protected override ISliceStore Store => new RedisSlices(_connection);

    public async ValueTask InitializeAsync()
    {
        _server = await RedisLines.StartAsync("--repl-backlog-ttl", "0");
        _connection = await RedisLines.OpenAsync(_server);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        _server?.Dispose();
    }
}
