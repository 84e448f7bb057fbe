using GlobalGateway.Replication.Cassandra;
using GlobalGateway.Replication.Cassandra.Schema;
using GlobalGateway.Replication.Ledger;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.Cassandra;

public class StoredOperationsTests
{
    [Fact]
    public void Operations_AreTextThatPeopleCanRead() =>
        StoredOperations.Write([LogOperation.Grant(3, new SpendVector(1, 20, 300), "edge-1"), LogOperation.Seal(3)])
            .ShouldBe("""[{"op":"Grant","number":3,"amount":[1,20,300],"name":"edge-1"},{"op":"Seal","number":3}]""");

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[{}]")]
    [InlineData("""[{"op":"Grant","amount":[1,2]}]""")]
    [InlineData("""[{"op":"Revoke"}]""")]
    [InlineData("""[{"op":"Seal","number":1,"unknown":true}]""")]
    public void Read_OfSomethingElse_SaysThatItIsNoEntry(string text) =>
        Should.Throw<LedgerCorruptException>(() => StoredOperations.Read(text)).Message.ShouldContain("cannot be read");

    [Theory]
    [InlineData("""{"us-east":[1]}""")]
    [InlineData("""["us-east"]""")]
    [InlineData("null")]
    public void ReadSplit_OfSomethingElse_SaysThatItIsNoSplit(string text) =>
        Should.Throw<LedgerCorruptException>(() => StoredOperations.ReadSplit(text)).Message.ShouldContain("cannot be read");

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("1st")]
    [InlineData("a; DROP KEYSPACE b")]
    public void Keyspace_ThatIsNoName_IsRefused(string name) => Should.Throw<ArgumentException>(() => KeyspaceName.Check(name)).Message.ShouldContain(name);

    [Fact]
    public void Tables_OfTwoKeyspaces_HaveDifferentIds()
    {
        var one = LedgerTables.Create("one");

        one.ShouldNotBe(LedgerTables.Create("two").Select(statement => statement.Replace("two.", "one.", StringComparison.Ordinal)));
        one.ShouldBe(LedgerTables.Create("one"));
    }
}
