using System.Text;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Values;
using Shouldly;
using Xunit;
using static GlobalGateway.Unit.Contracts.Loading.Resources;

namespace GlobalGateway.Unit.Contracts.Loading;

/// <summary>The shortest document of each kind has the values that the records state.</summary>
public class DefaultsTests
{
    private static readonly AppliesTo Everybody = new();

    [Fact]
    public void Resource_WithNothingOptional_HasTheRecordsDefaults()
    {
        Resource[] expected =
        [
            new Region { Name = "x" },
            new Provider { Name = "x", Format = ProviderFormat.OpenAI, Endpoints = [new ProviderEndpoint { Name = "default", Url = "https://host" }] },
            new Model { Name = "x", Targets = [new ModelTarget { Provider = "x", Model = "m" }] },
            new Route { Name = "x", Match = new RouteMatch { Path = "/x" }, Service = new RouteService { Endpoints = [new ServiceEndpoint { Url = "https://host" }] } },
            new Tenant { Name = "x" },
            new RateLimit { Name = "x", AppliesTo = Everybody, Requests = new Rate { Limit = 1, Per = TimeSpan.FromSeconds(1) } },
            new Budget { Name = "x", AppliesTo = Everybody, Limit = new BudgetLimit { Spend = new NanoDollars(1) }, Period = new BudgetPeriod { Unit = PeriodUnit.Month } },
            new Guardrail { Name = "x", AppliesTo = Everybody },
            new CachePolicy { Name = "x", AppliesTo = Everybody },
            new FailoverPolicy { Name = "x" },
            new RolloutPolicy { Name = "x" },
        ];

        var loaded = LoadValid(Documents(
            "apiVersion: globalgateway.dev/v1\nkind: Region\nmetadata: { name: x }\n",
            Document("Provider", "x", "format: openai\nendpoints: [{ url: https://host }]"),
            Document("Model", "x", "targets: [{ provider: x, model: m }]"),
            Document("Route", "x", "match: { path: /x }\nservice: { endpoints: [{ url: https://host }] }"),
            "apiVersion: globalgateway.dev/v1\nkind: Tenant\nmetadata: { name: x }\n",
            Document("RateLimit", "x", "appliesTo: {}\nrequests: { limit: 1, per: 1s }"),
            Document("Budget", "x", "appliesTo: {}\nlimit: { spend: 0.000000001 USD }"),
            Document("Guardrail", "x", "appliesTo: {}"),
            Document("CachePolicy", "x", "appliesTo: {}"),
            "apiVersion: globalgateway.dev/v1\nkind: FailoverPolicy\nmetadata: { name: x }\n",
            "apiVersion: globalgateway.dev/v1\nkind: RolloutPolicy\nmetadata: { name: x }\n")).Resources!;

        loaded.All().Select(Text).ShouldBe(ResourceSet.Of(expected).All().Select(Text));
    }

    [Fact]
    public void Part_WithNothingInIt_HasTheRecordsDefaults()
    {
        var provider = LoadValid(Document(
            "Provider", "x", "format: openai\nendpoints: [{ url: https://host }]\ntimeouts: {}\ncircuitBreaker: {}\nbulkhead: {}\nretry: {}")).Resources!.Providers[0];
        var policy = LoadValid(Document("RolloutPolicy", "x", "gates: {}")).Resources!.RolloutPolicies[0];
        var failover = LoadValid(Document("FailoverPolicy", "x", "dns: {}")).Resources!.FailoverPolicies[0];

        provider.Timeouts.ShouldBe(new Timeouts());
        provider.CircuitBreaker.ShouldBe(new CircuitBreaker());
        provider.Bulkhead.ShouldBe(new Bulkhead());
        provider.Retry.ShouldBe(new Retry());
        policy.Gates.ShouldBe(new RolloutGates());
        failover.Dns.ShouldBe(new DnsPolicy());
    }

    private static string Text(Resource resource) => Encoding.UTF8.GetString(CanonicalJson.Write(resource));
}
