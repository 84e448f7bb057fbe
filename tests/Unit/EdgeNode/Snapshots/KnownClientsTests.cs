using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.EdgeNode.Tenancy;
using GlobalGateway.EdgeNode.Upstreams;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Snapshots;

/// <summary>What a snapshot takes over from the one before is what it would have built.</summary>
public sealed class KnownClientsTests
{
    private static readonly SnapshotBuilder Builder = new(
        new EdgeOptions { Fleet = "test", Region = "us-east", Name = "edge-1", DataDirectory = "", PublicListen = [], ManagementListen = "" }, TimeProvider.System);

    private static readonly ResourceSet Sound = new()
    {
        Regions = [new Region { Name = "us-east" }],
        Providers = [new Provider { Name = "p", Format = ProviderFormat.OpenAI, Endpoints = [new ProviderEndpoint { Name = "main", Url = "http://127.0.0.1:9/v1" }] }],
        Models = [Model("fast"), Model("smart")],
        Tenants = [Tenant("acme", "fast"), Tenant("beta", "*"), Tenant("gamma", "s*", "fast", "gone")],
        RateLimits = [Limit("all", null), Limit("beta", "beta"), Limit("gamma", "gamma") with { Scope = RateScope.Global }],
    };

    public static TheoryData<string> Changes => [.. All.Keys];

    private static Dictionary<string, ResourceSet> All { get; } = new()
    {
        ["nothing"] = Sound with { },
        ["a tenant"] = Sound with { Tenants = [Sound.Tenants[0], Sound.Tenants[1] with { Models = ["smart"] }, Sound.Tenants[2]] },
        ["a tenant before all"] = Sound with { Tenants = [Tenant("aaa", "*"), .. Sound.Tenants] },
        ["a tenant gone"] = Sound with { Tenants = [.. Sound.Tenants.Skip(1)] },
        ["a model more"] = Sound with { Models = [.. Sound.Models, Model("swift")] },
        ["a model gone"] = Sound with { Models = [Sound.Models[0]] },
        ["a limit of one"] = Sound with { RateLimits = [Sound.RateLimits[0], Limit("beta", "beta", 7), Sound.RateLimits[2]] },
        ["a limit of one gone"] = Sound with { RateLimits = [Sound.RateLimits[0], Sound.RateLimits[2]] },
        ["a limit of all"] = Sound with { RateLimits = [Limit("all", null, 7), Sound.RateLimits[1], Sound.RateLimits[2]] },
        ["a region more"] = Sound with { Regions = [new Region { Name = "eu-west" }, Sound.Regions[0]] },
        ["a budget"] = Sound with { Budgets = [new Budget { Name = "b", AppliesTo = new AppliesTo { Tenant = "beta" }, Limit = new BudgetLimit { Requests = 10 }, Period = new BudgetPeriod { Unit = PeriodUnit.Month } }] },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Build_OverTheSnapshotBefore_IsAsBuiltAnew(string change)
    {
        var before = Build(Sound, null);

        var over = Build(All[change], before);

        Shown(over).ShouldBe(Shown(Build(All[change], null)));
        SnapshotSelfTest.Run(over).ShouldBeEmpty();
    }

    [Fact]
    public void Build_WithOneTenantChanged_TakesTheOthersOver()
    {
        var before = Build(Sound, null);

        var over = Build(All["a tenant"], before);

        over.Keys.Clients.Count(client => before.Keys.Clients.Contains(client)).ShouldBe(4);
    }

    private static GatewaySnapshot Build(ResourceSet resources, GatewaySnapshot? before)
    {
        var errors = new List<string>();
        return Builder.Build(new BundleIdentity("test"), resources, before, new RuntimeRegistry().Begin(), errors) ?? throw new InvalidOperationException(string.Join("; ", errors));
    }

    private static IEnumerable<string> Shown(GatewaySnapshot snapshot) => snapshot.Keys.Clients.OrderBy(client => client.TenantNumber).ThenBy(client => client.Key.Name, StringComparer.Ordinal).Select(client =>
        $"{client.TenantNumber} {client.Tenant.Name}/{client.Key.Name} {Convert.ToHexString(client.Hash)[..6]} may {string.Join(',', client.Models.Order(StringComparer.Ordinal))}"
        + $" limits {string.Join(',', client.Limits.Concat(client.BodyLimits).Select(limit => $"{limit.Key}={limit.Limit} {limit.IsGlobal} {limit.Rate}"))}"
        + $" budgets {string.Join(',', client.Budgets.Select(budget => budget.Resource.Name + snapshot.Budgets.Contains(budget)))}");

    private static Model Model(string name) => new() { Name = name, Targets = [new ModelTarget { Provider = "p", Model = "m" }] };

    private static Tenant Tenant(string name, params string[] models) => new()
    {
        Name = name, Models = models, Keys = [.. Enumerable.Range(0, 2).Select(key => new ClientKey { Name = $"k{key}", Sha256 = EdgeHost.Sha256($"{name}/{key}") })],
    };

    private static RateLimit Limit(string name, string? tenant, long limit = 100) =>
        new() { Name = name, AppliesTo = new AppliesTo { Tenant = tenant }, Requests = new Rate { Limit = limit, Per = TimeSpan.FromSeconds(1) } };
}
