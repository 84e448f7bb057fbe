using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Admission;
using GlobalGateway.EdgeNode.Configuration;
using GlobalGateway.EdgeNode.Draining;
using GlobalGateway.EdgeNode.Health;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Revocations;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.EdgeNode.Upstreams;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Health;

public sealed class EdgeReportTests
{
    [Fact]
    public void Report_JustAfterASwap_NeverShowsARevisionUnderAnothersNumber()
    {
        var options = new EdgeOptions { Fleet = "test", Region = "us-east", Name = "edge-1", DataDirectory = Path.GetTempPath(), PublicListen = [], ManagementListen = "" };
        var resources = new ResourceSet { Providers = [TestResources.Provider("p", "http://127.0.0.1:9/v1")], Models = [new Model { Name = "fast", Targets = [TestResources.Target("p", 0)] }] };
        var snapshots = new SnapshotStore(new SnapshotBuilder(options, TimeProvider.System), new RuntimeRegistry(), TimeProvider.System);
        var status = new ConfigStatus(options, TimeProvider.System);
        var revocations = new RevocationLane(new BundleDisk(options.DataDirectory, NullLogger<BundleDisk>.Instance), new BundleTrust(options), new RevokedKeys(), NullLogger<RevocationLane>.Instance);
        var report = new EdgeReport(options, snapshots, new DrainState(), new AdmissionGate(), status, revocations, []);
        snapshots.TryActivate("aaaaaaa", resources, 5).ShouldBeEmpty();
        status.Serves(new ServedPointer("aaaaaaa", "one", 5, "key"));

        snapshots.TryActivate("bbbbbbb", resources, 6).ShouldBeEmpty();
        Shown(report).ShouldBe(("aaaaaaa", 5));

        status.Serves(new ServedPointer("bbbbbbb", "two", 6, "key"));
        Shown(report).ShouldBe(("bbbbbbb", 6));
    }

    private static (string?, long) Shown(EdgeReport report)
    {
        using var json = JsonDocument.Parse(report.Write());
        return (json.RootElement.GetProperty("revision").GetString(), json.RootElement.GetProperty("sequence").GetInt64());
    }
}
