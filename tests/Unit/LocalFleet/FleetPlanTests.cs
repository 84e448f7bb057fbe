using System.Text.Json;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Ports;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.LocalFleet;

public class FleetPlanTests
{
    private static readonly FleetOptions Options = RepositoryFleet.Options("/clone", 8400);

    [Fact]
    public void Make_Defaults_IsControlPlaneThreeEdgesAndSimulator() =>
        FleetPlan.Make(Options).Select(plan => plan.Name).ShouldBe(["control-plane", "us-east", "eu-west", "ap-south", "simulator"]);

    [Fact]
    public void Make_AnotherBase_ShiftsEveryPort() =>
        FleetPlan.Make(Options).SelectMany(plan => plan.Ports).ShouldBe([8400, 8401, 8411, 8412, 8419, 8421, 8422, 8429, 8431, 8432, 8439, 8402]);

    [Fact]
    public void Make_SeveralEdgesPerRegion_KnowEachOtherAndKeepApart()
    {
        var options = Options with { EdgesPerRegion = 3, Ports = FleetPorts.FromBase(8400, edges: 3, edgesPerRegion: 3) };

        var plans = FleetPlan.Make(options);

        var edges = plans.Where(plan => plan.Role == PartRole.Edge).ToArray();
        edges.Select(edge => edge.Name).ShouldBe(["us-east", "eu-west", "ap-south", "us-east-2", "eu-west-2", "ap-south-2", "us-east-3", "eu-west-3", "ap-south-3"]);
        using var second = JsonDocument.Parse(edges.Single(edge => edge.Name == "us-east-2").Settings!.Text);
        var settings = second.RootElement.GetProperty("edge");
        settings.GetProperty("name").GetString().ShouldBe("edge-2");
        settings.GetProperty("peerListen").GetString().ShouldBe("https://127.0.0.1:8449");
        settings.GetProperty("peers").EnumerateArray().Select(peer => peer.GetString()).ShouldBe(["https://127.0.0.1:8419", "https://127.0.0.1:8479"]);
        plans.SelectMany(plan => plan.Ports).Distinct().Count().ShouldBe(plans.Sum(plan => plan.Ports.Count));
        plans.SelectMany(plan => plan.Ports).Max().ShouldBeLessThan(8400 + FleetPorts.Span);
    }

    [Fact]
    public void Make_Secrets_ReachEdgesOnlyAndNeverAFile()
    {
        var plans = FleetPlan.Make(Options with { Secrets = new Dictionary<string, string> { ["GG_SECRET_OPENAI"] = "planted-secret" } });

        plans.Where(plan => plan.Environment.Count > 0).Select(plan => plan.Role).Distinct().ShouldBe([PartRole.Edge]);
        plans.ShouldAllBe(plan => plan.Settings == null || !plan.Settings.Text.Contains("planted-secret"));
        plans.SelectMany(plan => plan.Arguments).ShouldAllBe(argument => !argument.Contains("planted-secret"));
    }

    [Fact]
    public void Make_Simulator_IsDialledForItsHostName()
    {
        using var edge = JsonDocument.Parse(FleetPlan.Make(Options).First(plan => plan.Role == PartRole.Edge).Settings!.Text);

        edge.RootElement.GetProperty("edge").GetProperty("connectTo").GetProperty("simulator:80").GetString().ShouldBe("127.0.0.1:8402");
        edge.RootElement.GetProperty("edge").GetProperty("credentialHosts")[0].GetString().ShouldBe("simulator");
    }

    [Fact]
    public void Make_RealProviders_StartsNoSimulatorAndRedirectsNothing()
    {
        var plans = FleetPlan.Make(Options with { Simulator = false, CredentialHosts = ["api.openai.com"] });

        plans.ShouldAllBe(plan => plan.Role != PartRole.Simulator);
        plans.Where(plan => plan.Settings != null).ShouldAllBe(plan => !plan.Settings!.Text.Contains("simulator"));
    }

    [Fact]
    public void Make_FewerPortsThanRegions_IsRefused() =>
        Should.Throw<ArgumentException>(() => FleetPlan.Make(Options with { Ports = FleetPorts.FromBase(8400, edges: 2) }));

    [Fact]
    public void Make_EveryPart_IsReadyOnLoopbackOnly() =>
        FleetPlan.Make(Options).ShouldAllBe(plan => plan.Ready.Host == "127.0.0.1");

    [Fact]
    public void Make_WithServers_GivesEachEdgeThoseOfItsRegion()
    {
        var plans = FleetPlan.Make(WithServers);

        plans.Where(plan => plan.Role.IsServer()).Select(plan => plan.Name).ShouldBe(
            ["redis-us-east", "redis-eu-west", "redis-ap-south", "cassandra-us-east", "cassandra-eu-west", "cassandra-ap-south"]);
        using var edge = JsonDocument.Parse(plans.Single(plan => plan.Name == "eu-west").Settings!.Text);
        var settings = edge.RootElement.GetProperty("edge");
        settings.GetProperty("redis").GetProperty("endpoints")[0].GetString().ShouldBe("127.0.0.1:8423");
        settings.GetProperty("cassandra").GetProperty("contactPoints")[0].GetString().ShouldBe("127.32.208.2:9042");
        settings.TryGetProperty("ledgerDirectory", out _).ShouldBeFalse();
    }

    [Fact]
    public void Make_WithCassandra_ListensOnlyOnALoopbackAddressOfItsOwn()
    {
        var nodes = FleetPlan.Make(WithServers).Where(plan => plan.Role == PartRole.Cassandra).ToArray();

        nodes.Select(node => node.Host).Distinct().Count().ShouldBe(3);
        nodes.ShouldAllBe(node => node.Host.StartsWith("127.", StringComparison.Ordinal));
        nodes.ShouldAllBe(node => node.Files.Any(file => file.Text.Contains($"listen_address: {node.Host}\n") && file.Text.Contains($"rpc_address: {node.Host}\n")));
        nodes.Select(node => node.Files.Single(file => file.Path.EndsWith(".properties")).Text.Split('\n')[0]).ShouldBe(["dc=us-east", "dc=eu-west", "dc=ap-south"]);
    }

    [Fact]
    public void Migration_OnlyWithCassandra_RunsWithAnEdgesSettings()
    {
        FleetPlan.Migration(Options).ShouldBeNull();
        FleetPlan.Migration(WithServers)!.Arguments.Skip(2).ShouldBe(["ledger", "migrate", "--replication", "us-east=1,eu-west=1,ap-south=1"]);
    }

    [Fact]
    public void Make_WithEtcd_GivesTheControlPlaneItsAddress()
    {
        var plans = FleetPlan.Make(Options with { Servers = FleetServers.Etcd });

        var etcd = plans.Single(plan => plan.Role == PartRole.Etcd);
        etcd.Arguments.ShouldContain($"http://127.0.0.1:{etcd.Ports[0]}");
        plans.Single(plan => plan.Role == PartRole.ControlPlane).Settings!.Text.ShouldContain($"http://127.0.0.1:{etcd.Ports[0]}");
        FleetPlan.Make(Options).Single(plan => plan.Role == PartRole.ControlPlane).Settings!.Text.ShouldNotContain("etcd");
    }

    [Fact]
    public void Make_StandbyPlanes_ShareAnEtcdAndAreKnownToEveryEdge()
    {
        var options = Options with { Etcd = ["http://127.0.0.1:2379"], StandbyPlanes = 1, Ports = Options.Ports with { Standbys = [new PlanePorts(8405, 8406)] } };

        var plans = FleetPlan.Make(options);

        var planes = plans.Where(plan => plan.Role == PartRole.ControlPlane).ToArray();
        planes.Select(plane => (plane.Name, plane.Member, plane.Port)).ShouldBe([("control-plane", "control-plane-1", 8400), ("control-plane-2", "control-plane-2", 8405)]);
        planes.ShouldAllBe(plane => plane.Settings!.Text.Contains("http://127.0.0.1:2379"));
        planes.Select(plane => plane.Settings!.Path).Distinct().Count().ShouldBe(2);
        using var edge = JsonDocument.Parse(plans.First(plan => plan.Role == PartRole.Edge).Settings!.Text);
        edge.RootElement.GetProperty("edge").GetProperty("controlPlanes").EnumerateArray().Select(plane => plane.GetString())
            .ShouldBe(["https://127.0.0.1:8401", "https://127.0.0.1:8406"]);
        Should.Throw<ArgumentException>(() => FleetPlan.Make(options with { Etcd = [] }));
        Should.Throw<ArgumentException>(() => FleetPlan.Make(options with { Ports = Options.Ports }));
    }

    [Fact]
    public void Make_OwnEtcdAndAnother_IsRefused() =>
        Should.Throw<ArgumentException>(() => FleetPlan.Make(Options with { Servers = FleetServers.Etcd, Etcd = ["http://127.0.0.1:2379"] }));

    [Fact]
    public void Make_OwnRedisAndAnother_IsRefused() =>
        Should.Throw<ArgumentException>(() => FleetPlan.Make(WithServers with { Redis = "127.0.0.1:6379" }));

    private static FleetOptions WithServers => Options with { Servers = FleetServers.Redis | FleetServers.Cassandra, CassandraHome = "/opt/cassandra" };
}
