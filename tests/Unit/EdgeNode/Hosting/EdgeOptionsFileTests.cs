using GlobalGateway.EdgeNode.Hosting;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Hosting;

public sealed class EdgeOptionsFileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void Load_ShortestFile_KeepsEveryDefault()
    {
        File.WriteAllText(_file, """
            {"edge":{"fleet":"local","region":"us-east","name":"edge-1","dataDirectory":"/tmp/data",
            "publicListen":["http://127.0.0.1:7411"],"managementListen":"http://127.0.0.1:7412"}}
            """);

        var options = EdgeOptionsFile.Load(["--config", _file]);

        options.EdgesMax.ShouldBe(1);
        options.DrainDelay.ShouldBe("5s");
        options.DrainTimeout.ShouldBe("60s");
        options.ControlPlanes.ShouldBeEmpty();
        options.CredentialHosts.ShouldBeEmpty();
        options.ConnectTo.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(""" "cassandra":{"contactPoints":[]}""", "edge.cassandra.contactPoints: at least one")]
    [InlineData(""" "cassandra":{"contactPoints":["a b"]}""", "\"a b\" is not a host and port")]
    [InlineData(""" "cassandra":{"contactPoints":["10.0.0.1:9042"],"keyspace":"Bad"}""", "edge.cassandra.keyspace: the keyspace 'Bad'")]
    [InlineData(""" "cassandra":{"contactPoints":["10.0.0.1:9042"],"userFile":"/none"}""", "userFile and passwordFile are needed both")]
    [InlineData(""" "cassandra":{"contactPoints":["10.0.0.1:9042"],"caFile":"/none"}""", "edge.cassandra.caFile: /none does not exist")]
    [InlineData(""" "cassandra":{"contactPoints":["10.0.0.1:9042"]},"ledgerDirectory":"/tmp/ledger" """, "choose one when you install")]
    [InlineData(""" "redis":{"endpoints":["10.0.0.1"]}""", "edge.redis.endpoints: an endpoint of Redis is HOST:PORT")]
    [InlineData(""" "redis":{"endpoints":["10.0.0.1:6379"],"passwordFile":"/none"}""", "edge.redis.passwordFile: /none does not exist")]
    [InlineData(""" "redis":"10.0.0.1:6379" """, "$.edge.redis")]
    public void Load_WithServersThatCannotBe_SaysWhatIsWrong(string servers, string problem)
    {
        File.WriteAllText(_file, $$"""
            {"edge":{"fleet":"local","region":"us-east","name":"edge-1","dataDirectory":"/tmp/data",
            "publicListen":["http://127.0.0.1:7411"],"managementListen":"http://127.0.0.1:7412", {{servers}} } }
            """);

        Should.Throw<EdgeOptionsException>(() => EdgeOptionsFile.Load(["--config", _file])).Message.ShouldContain(problem);
    }

    public void Dispose() => File.Delete(_file);
}
