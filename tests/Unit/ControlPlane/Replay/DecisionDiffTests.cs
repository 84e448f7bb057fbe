using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.ControlPlane.Replay;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ControlPlane.Replay;

public sealed class DecisionDiffTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    private const string Base = """
        apiVersion: globalgateway.dev/v1
        kind: Provider
        metadata: { name: openai }
        spec: { format: openai, endpoints: [{ name: eu, url: https://api.openai.example/v1 }] }
        ---
        apiVersion: globalgateway.dev/v1
        kind: Model
        metadata: { name: fast }
        spec: { aliases: [gpt-4o], targets: [{ provider: openai, model: gpt-4o, capabilities: { context: 128000, images: true } }] }
        ---
        apiVersion: globalgateway.dev/v1
        kind: Model
        metadata: { name: smart }
        spec: { targets: [{ provider: openai, model: o3 }] }
        ---
        apiVersion: globalgateway.dev/v1
        kind: Route
        metadata: { name: sentiment }
        spec: { match: { path: /v1/sentiment, methods: [POST], headers: [{ name: X-Team, value: nlp }] }, service: { endpoints: [{ url: http://sentiment.internal:8080 }] } }
        ---
        apiVersion: globalgateway.dev/v1
        kind: Budget
        metadata: { name: monthly }
        spec: { id: acme-monthly, appliesTo: { tenant: acme }, limit: { spend: 500 USD }, period: month }
        ---
        apiVersion: globalgateway.dev/v1
        kind: Tenant
        metadata: { name: acme }
        spec:
          models: [fast, "sm*"]
          keys: [{ name: ci, sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 }]
        """;

    private static readonly RequestShape Chat = new(
        "acme", "ci", "chatCompletions", "POST", 10, 8, ["stream"], new Dictionary<string, string>(), true, 37, "gpt-4o");

    private static readonly RequestShape Sentiment = new(
        "acme", "ci", "route", "POST", 8, 0, [],
        new Dictionary<string, string> { ["x-team"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("nlp"u8))[..16] }, true, 9_963, Route: "sentiment", Path: "/v1/sentiment");

    [Fact]
    public void Of_TheSameConfiguration_ChangesNothing()
    {
        var diff = Diff(Base);

        diff.Denied.ShouldBe(0);
        diff.Requests.ShouldBe(10_000);
        diff.ToString().ShouldBe("10,000 recorded requests: all decided as before");
    }

    [Theory]
    [InlineData("[fast, \"sm*\"]", "[smart]", "the tenant may not use model gpt-4o")]
    [InlineData("aliases: [gpt-4o]", "aliases: [gpt-4.1]", "there is no model gpt-4o")]
    [InlineData("name: ci, sha256", "name: laptop, sha256", "the key is gone")]
    [InlineData("metadata: { name: acme }\nspec:", "metadata: { name: other }\nspec:", "the tenant is gone", true)]
    [InlineData("0b822cd15d6c15b0f00a08 }", "0b822cd15d6c15b0f00a08, notAfter: 2026-11-20T00:00:00Z }", "the key has expired")]
    [InlineData("context: 128000", "context: 100", "no target of model fast takes a prompt of 128 tokens")]
    public void Of_AChangeThatDeniesChats_NamesTenantTargetAndReason(string from, string to, string why, bool withoutBudget = false)
    {
        var proposed = Base.ReplaceLineEndings("\n").Replace(from, to, StringComparison.Ordinal);
        proposed.ShouldNotBe(Base.ReplaceLineEndings("\n"));
        if (withoutBudget)
        {
            proposed = proposed.Replace("tenant: acme", "tenant: other", StringComparison.Ordinal);
        }

        var diff = DecisionDiff.Of([Chat], Load(Base), Load(proposed), new Dictionary<string, BudgetSpent>(), Now);

        diff.ToString().ShouldBe($"37 of 37 requests would now be denied: tenant acme, model gpt-4o ({why})");
    }

    [Fact]
    public void Of_ARouteThatWantsAnotherHeader_DeniesWhatItTookBefore()
    {
        var diff = Diff(Base.Replace("value: nlp", "value: speech", StringComparison.Ordinal));

        diff.Changes.ShouldHaveSingleItem().ShouldBe(new DecisionChange("acme", "route sentiment", false, "no route takes POST /v1/sentiment", false, 9_963));
    }

    [Fact]
    public void Of_ABudgetBelowWhatIsSpent_IsEstimated()
    {
        var diff = Diff(Base.Replace("500 USD", "50 USD", StringComparison.Ordinal), new BudgetSpent("acme-monthly", 60_000_000_000, 0, 0));

        diff.ToString().ShouldBe(
            "10,000 of 10,000 requests would now be denied: tenant acme, route sentiment (budget monthly is spent, estimated); tenant acme, model gpt-4o (budget monthly is spent, estimated)");
    }

    [Fact]
    public void Of_ARaisedBudget_AllowsAgain() =>
        Diff(Base, new BudgetSpent("acme-monthly", 60_000_000_000, 0, 0), Base.Replace("500 USD", "50 USD", StringComparison.Ordinal)).ToString()
            .ShouldStartWith("10,000 of 10,000 requests would now be allowed: ");

    [Fact]
    public void Capacity_OfWhatIsLeftWithoutTheLargestRegion_MustCarryThePeak()
    {
        var regions = Load(Base) with
        {
            Regions = [Region("ap", 2_000), Region("eu", 4_000), Region("us", 5_000)],
        };

        CapacityCheck.Problem(regions, 6_000).ShouldBeNull();
        CapacityCheck.Problem(regions, 6_001).ShouldNotBeNull().ShouldStartWith("without Region/us the other regions take 6,000 requests/s, and 6,001 were seen");
        CapacityCheck.Problem(regions, 0).ShouldBeNull();
        CapacityCheck.Problem(regions with { Regions = [Region("ap", 0), Region("eu", 1)] }, 6_000).ShouldBeNull();

        static Region Region(string name, long requests) => new() { Name = name, Capacity = new RegionCapacity { RequestsPerSecond = requests } };
    }

    private static DecisionDiff Diff(string proposed, BudgetSpent? spent = null, string serving = Base) => DecisionDiff.Of(
        [Chat, Sentiment], Load(serving), Load(proposed),
        spent is null ? new Dictionary<string, BudgetSpent>() : new Dictionary<string, BudgetSpent> { [spent.Budget] = spent }, Now);

    private static ResourceSet Load(string text)
    {
        var result = ResourceLoader.Load([new SourceFile("all.yaml", text)]);
        return result.Resources ?? throw new InvalidOperationException(string.Join(Environment.NewLine, result.Errors));
    }
}
