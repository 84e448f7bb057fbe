using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Values;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Contracts.Loading;

public class DocumentedExamplesTests
{
    private readonly ResourceSet _resources = Resources.LoadValid(Resources.Documented).Resources!;

    [Fact]
    public void Provider_AsDocumented_HasEveryValue()
    {
        var provider = _resources.Providers.Single(provider => provider.Name == "openai");

        provider.Format.ShouldBe(ProviderFormat.OpenAI);
        provider.Endpoints.Select(endpoint => (endpoint.Name, endpoint.Url, endpoint.Region, endpoint.Weight))
            .ShouldBe([("eu", "https://eu.api.openai.com/v1", "eu-west", 100), ("us", "https://api.openai.com/v1", null, 100)]);
        provider.Credentials.Select(credential => (credential.Name, credential.FromEnv, credential.FromFile))
            .ShouldBe([("primary", "GG_SECRET_OPENAI", null), ("spare", null, "openai-spare")]);
        provider.Timeouts.ShouldBe(new Timeouts
        {
            Connect = TimeSpan.FromSeconds(2), FirstToken = TimeSpan.FromSeconds(10), InterToken = TimeSpan.FromSeconds(20), Total = TimeSpan.Zero,
        });
        provider.Bulkhead.Concurrency.ShouldBe(BulkheadConcurrency.Adaptive);
        provider.Retry.Budget.ShouldBe(0.1);
        provider.Health.ShouldBe(new HealthProbe { Probe = "/models" });
    }

    [Fact]
    public void Model_AsDocumented_HasEveryValue()
    {
        var model = _resources.Models.Single(model => model.Name == "fast");

        model.Targets[0].Prices.ShouldBe(new Prices
        {
            Input = new NanoDollars(150_000_000), CachedInput = new NanoDollars(75_000_000), CacheWrite = new NanoDollars(190_000_000), CacheWriteLong = new NanoDollars(300_000_000),
            Output = new NanoDollars(600_000_000), Reasoning = new NanoDollars(700_000_000), Request = new NanoDollars(1_000_000),
        });
        model.Targets[0].Capabilities.Api.ShouldBe([ModelApi.Chat, ModelApi.Responses]);
        model.Targets[1].Weight.ShouldBe(50);
        model.Hedging.ShouldBe(new Hedging { After = "p95", Max = 0.02 });
        model.ContextFallbacks.ShouldBe(["long"]);
        model.RemoteFiles!.Hosts.ShouldBe(["files.example.com", "*.cdn.example"]);
        model.RemoteFiles.MaxBytes.ShouldBe(20 * 1024 * 1024);
    }

    [Fact]
    public void Budget_BothShapesOfPeriodAndLoss_AreRead()
    {
        var month = _resources.Budgets.Single(budget => budget.Name == "acme-monthly");
        var custom = _resources.Budgets.Single(budget => budget.Name == "acme-fortnight");

        month.BudgetId.ShouldBe("acme-monthly");
        month.Limit.ShouldBe(new BudgetLimit { Spend = new NanoDollars(500 * NanoDollars.PerDollar), Tokens = 200_000_000 });
        month.Period.Unit.ShouldBe(PeriodUnit.Month);
        month.WarnAt.ShouldBe([0.8, 0.95]);
        month.LedgerLossOverdraft.ShouldBeNull();
        custom.Period.Every.ShouldBe(TimeSpan.FromDays(14));
        custom.LedgerLossOverdraft.ShouldBe(new NanoDollars(5 * NanoDollars.PerDollar));
    }

    [Fact]
    public void Policies_AsDocumented_HaveEveryValue()
    {
        _resources.FailoverPolicies.Single().Regions["ap-south"].Priority.ShouldBe(50);
        _resources.RolloutPolicies.Single().Gates.ShouldBe(new RolloutGates { ErrorRatio = 0.001, DenialRatio = 0.001, LatencyP99 = 0.1 });
        _resources.RateLimits.Single().Tokens.ShouldBe(new Rate { Limit = 2_000_000, Per = TimeSpan.FromMinutes(1) });
        _resources.Tenants.Single().Keys.Single().NotAfter.ShouldBe(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _resources.Guardrails.Single().MaxPromptBytes.ShouldBe(64 * 1024);
        _resources.Routes.Single().Transforms.Single().SetRequestHeader.ShouldBe(new NameValue { Name = "x-team", Value = "nlp" });
    }
}
