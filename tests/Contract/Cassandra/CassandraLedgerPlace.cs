using GlobalGateway.Contract.Cassandra;
using GlobalGateway.Contract.Ledger;
using Xunit;

[assembly: AssemblyFixture(typeof(CassandraLedgerPlace))]

namespace GlobalGateway.Contract.Cassandra;

public sealed class CassandraLedgerPlace
{
    public LedgerPlace Place { get; } = new("cassandra", "127.99.1.1:9042/us-east/lead1");
}
