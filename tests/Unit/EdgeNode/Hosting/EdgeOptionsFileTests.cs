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

    public void Dispose() => File.Delete(_file);
}
