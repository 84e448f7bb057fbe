using System.Net;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.Replication.Ledger;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Quota;

/// <summary>How a call that is not a stream is charged, by a real journal and ledger.</summary>
public sealed class ChargedCallsTests
{
    // 7 tokens in at 0.15 USD and 3 out at 0.60 USD per million.
    private const long CompletionNanoDollars = 7 * 150 + 3 * 600;

    [Fact]
    public async Task Chat_Answered_IsSettledAtWhatTheProviderCounted()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream), BudgetedEdge.Budget("team", dollars: 5), BudgetedEdge.Budget("all", tokens: 100_000, requests: 10));

        using var answer = await edge.Host.ChatAsync();

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await edge.EndAsync();
        edge.Spent("team").ShouldBe(new SpendVector(0, 0, CompletionNanoDollars));
        edge.Spent("all").ShouldBe(new SpendVector(1, 10, 0));
        var usage = edge.Events.ShouldHaveSingleItem();
        usage.Spend.ShouldBe(new SpendVector(1, 10, CompletionNanoDollars));
        usage.Labels.ShouldBe(new(answer.Headers.GetValues("x-request-id").First(), "acme", null, "ci", "fast", "p1"));
        usage.Estimated.ShouldBeFalse();
        edge.Book.OpenReservations.ShouldBe(0);
    }

    [Fact]
    public async Task Chat_NoBudget_IsKeptAsUsageAllTheSame()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream));

        using var answer = await edge.Host.ChatAsync();

        await edge.EndAsync();
        edge.Events.ShouldHaveSingleItem().Spend.ShouldBe(new SpendVector(1, 10, CompletionNanoDollars));
        upstream.Requests.Single().Body.ShouldNotContain("max_tokens");
    }

    [Fact]
    public async Task Chat_RequestsUsedUp_IsRefusedInOpenAIsWords()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream), BudgetedEdge.Budget("acme-daily", requests: 1));
        using var first = await edge.Host.ChatAsync();
        edge.Stands("acme-daily", new(1, 0, 0), new(1, 0, 0));

        using var second = await edge.Host.ChatAsync();

        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        second.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        second.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        second.Headers.GetValues("x-gateway-reset").ShouldBe(["2031-12-01T00:00:00Z"]);
        second.Headers.RetryAfter.ShouldBeNull();
        var error = (await JsonAsync(second)).GetProperty("error");
        error.GetProperty("type").GetString().ShouldBe("insufficient_quota");
        error.GetProperty("code").GetString().ShouldBe("budget_exceeded");
        error.GetProperty("message").GetString().ShouldBe(
            "Budget acme-daily is spent: 1 of 1 requests until 2031-12-01T00:00:00Z. Ask your platform team, or see the usage page.");
        upstream.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Messages_BudgetSpent_IsABillingErrorThatNoSdkRetries()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream), BudgetedEdge.Budget("none", requests: 0));

        using var answer = await edge.Host.PostAsync("/v1/messages", """{"model":"fast","max_tokens":10,"messages":[{"role":"user","content":"hi"}]}""");

        answer.StatusCode.ShouldBe(HttpStatusCode.PaymentRequired);
        answer.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        (await JsonAsync(answer)).GetProperty("error").GetProperty("type").GetString().ShouldBe("billing_error");
    }

    [Fact]
    public async Task Gemini_BudgetSpent_IsResourceExhaustedWithoutARetryDelay()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream), BudgetedEdge.Budget("none", requests: 0));

        using var answer = await edge.Host.PostAsync("/v1beta/models/fast:generateContent", """{"contents":[{"parts":[{"text":"hi"}]}]}""");

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        var error = (await JsonAsync(answer)).GetProperty("error");
        error.GetProperty("status").GetString().ShouldBe("RESOURCE_EXHAUSTED");
        error.TryGetProperty("details", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Chat_NoLimitStated_TellsTheProviderWhatWasReserved()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream), BudgetedEdge.Budget("team", dollars: 5));

        using var answer = await edge.Host.ChatAsync();

        SentLimit(upstream, "max_tokens").ShouldBe(QuotaLimits.OutputTokensDefault);
    }

    [Fact]
    public async Task Chat_LimitDearerThanTheBudget_IsCutToWhatItAffords()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream), BudgetedEdge.Budget("dollar", dollars: 1));

        // 4,000,000 tokens would cost 2.40 USD.
        using var answer = await edge.Host.PostAsync("/v1/chat/completions", """{"model":"fast","max_tokens":4000000,"messages":[{"role":"user","content":"hello"}]}""");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        SentLimit(upstream, "max_tokens").ShouldBeInRange(800_000, 833_333);
        await edge.EndAsync();
        edge.Spent("dollar").ShouldBe(new SpendVector(0, 0, CompletionNanoDollars));
    }

    [Fact]
    public async Task Chat_LessLeftThanTheModelsFloor_IsRefusedWithWhatItWouldCost()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream), BudgetedEdge.Budget("tiny", tokens: 200));

        using var answer = await edge.Host.ChatAsync();

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await JsonAsync(answer)).GetProperty("error").GetProperty("message").GetString()!.ShouldContain("Ask for a shorter answer");
        upstream.Requests.ShouldBeEmpty();
        edge.Events.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(400, 0)]
    [InlineData(401, 0)]
    [InlineData(429, 0)]
    [InlineData(503, 0)]
    [InlineData(500, 1)]
    [InlineData(408, 1)]
    public async Task Chat_ProviderFails_IsChargedOnlyWhereItMayHaveWorked(int status, int charged)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, status, """{"error":{"message":"no"}}""");
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream), BudgetedEdge.Budget("all", requests: 100));

        using var answer = await edge.Host.ChatAsync();

        await edge.EndAsync();
        edge.Spent("all").Requests.ShouldBe(charged);
        edge.Events.Count(e => e.Estimated).ShouldBe(charged);
        edge.Book.OpenReservations.ShouldBe(0);
    }

    [Fact]
    public async Task Chat_NobodyListens_IsNotCharged()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream), BudgetedEdge.Budget("all", requests: 100));
        await upstream.DisposeAsync();

        using var answer = await edge.Host.ChatAsync();

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        edge.Spent("all").ShouldBe(SpendVector.Zero);
        edge.Book.OpenReservations.ShouldBe(0);
    }

    [Fact]
    public async Task Chat_FirstTargetFails_EachCallIsChargedForItself()
    {
        await using var bad = await ScriptedUpstream.StartAsync();
        await using var good = await ScriptedUpstream.StartAsync();
        bad.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 500, "{}");
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(bad, good), BudgetedEdge.Budget("all", requests: 100));

        using var answer = await edge.Host.ChatAsync();

        await edge.EndAsync();
        edge.Events.Select(e => (e.Labels.Provider, e.Estimated)).ShouldBe([("p1", true), ("p2", false)]);
        edge.Spent("all").Requests.ShouldBe(2);
    }

    [Fact]
    public async Task Chat_AnswerWithoutUsage_IsChargedAsReservedAndFlagged()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 200, """{"id":"c1","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]}""");
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream), BudgetedEdge.Budget("all", tokens: 100_000));

        using var answer = await edge.Host.PostAsync("/v1/chat/completions", """{"model":"fast","max_tokens":500,"messages":[{"role":"user","content":"hello"}]}""");

        await edge.EndAsync();
        edge.Spent("all").Tokens.ShouldBeGreaterThan(500);
        edge.Events.ShouldHaveSingleItem().Estimated.ShouldBeTrue();
    }

    [Fact]
    public async Task Chat_OverTheWarning_TellsTheClient()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream), BudgetedEdge.Budget("acme-monthly", requests: 100));
        using var first = await edge.Host.ChatAsync();
        edge.Stands("acme-monthly", new(100, 0, 0), new(82, 0, 0));

        using var second = await edge.Host.ChatAsync();
        using var third = await edge.Host.ChatAsync();

        first.Headers.Contains("x-gateway-budget-warning").ShouldBeFalse();
        second.Headers.GetValues("x-gateway-budget-warning").ShouldBe(["acme-monthly 82%"]);
        second.Headers.GetValues("x-ratelimit-remaining-requests").ShouldBe(["18"]);
        second.Headers.GetValues("x-ratelimit-limit-requests").ShouldBe(["100"]);
        var metrics = await new HttpClient().GetStringAsync(edge.Host.ManagementUrl + "/metrics", TestContext.Current.CancellationToken);
        metrics.ShouldContain("gateway_quota_warnings_total 1\n");
        metrics.ShouldContain("gateway_quota_used_ratio{budget=\"acme-monthly\"} 0.82");
    }

    [Fact]
    public async Task CountTokens_BudgetSpent_IsFree()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream), BudgetedEdge.Budget("none", requests: 0));

        using var answer = await edge.Host.PostAsync("/v1/messages/count_tokens", """{"model":"fast","messages":[{"role":"user","content":"hi"}]}""");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        edge.Events.ShouldBeEmpty();
    }

    [Fact]
    public async Task Budgets_TooManyOverOneKey_AreNamedAndRefused()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream));
        var budgets = Enumerable.Range(1, BudgetScope.BudgetsPerRequestMax + 1).Select(i => BudgetedEdge.Budget($"b{i}", requests: 1)).ToArray();

        var problems = edge.Host.Snapshots.TryActivate("2", TestResources.For(upstream) with { Budgets = budgets });

        problems.ShouldHaveSingleItem().ShouldContain("17 budgets govern its requests to every model, at most 16 may: b1, b2,");
        BudgetScope.BudgetsPerRequestMax.ShouldBe(GlobalGateway.Replication.Edge.EdgeQuota.BudgetsPerRequestMax);
    }

    private static long SentLimit(ScriptedUpstream upstream, string field) =>
        JsonDocument.Parse(upstream.Requests.Single().Body).RootElement.GetProperty(field).GetInt64();

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
}
