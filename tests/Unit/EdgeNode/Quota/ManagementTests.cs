using System.Net;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Quota;

/// <summary>What an operator is told of usage and budgets, over a real journal and ledger.</summary>
public sealed class ManagementTests
{
    [Fact]
    public async Task Usage_ByProviderAndKey_AddsUpEveryCall()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream));
        for (var i = 0; i < 3; i++)
        {
            using var answer = await edge.Host.ChatAsync();
        }

        await edge.UploadAsync(3);

        var report = await GetAsync(edge, "/usage?tenant=acme&by=provider,key");

        var row = report.GetProperty("rows").EnumerateArray().ShouldHaveSingleItem();
        row.GetProperty("provider").GetString().ShouldBe("p1");
        row.GetProperty("key").GetString().ShouldBe("ci");
        row.GetProperty("requests").GetInt64().ShouldBe(3);
        row.GetProperty("inputTokens").GetInt64().ShouldBe(21);
        row.GetProperty("outputTokens").GetInt64().ShouldBe(9);
        row.GetProperty("nanoUsd").GetInt64().ShouldBe(3 * (7 * 150 + 3 * 600));
        report.GetProperty("total").GetProperty("requests").GetInt64().ShouldBe(3);
        (await GetAsync(edge, "/usage?tenant=acme&model=other")).GetProperty("rows").GetArrayLength().ShouldBe(0);
        (await GetAsync(edge, "/usage/events?tenant=acme")).GetProperty("events").GetArrayLength().ShouldBe(3);
    }

    [Theory]
    [InlineData("/usage", 400, "say whose usage")]
    [InlineData("/usage?tenant=acne", 404, "no Tenant named \\\"acne\\\"; did you mean \\\"acme\\\"?")]
    [InlineData("/usage?tenant=acme&by=modle", 400, "\\\"modle\\\" is not one of day, hour, model")]
    [InlineData("/usage?tenant=acme&from=yesterday", 400, "from and until are times")]
    [InlineData("/usage?tenant=acme&from=2026-02-01&until=2026-01-01", 400, "until must be after from")]
    [InlineData("/budgets?budget=teem", 404, "no Budget named \\\"teem\\\"; did you mean \\\"team\\\"?")]
    public async Task Management_MistakenCall_SaysWhatIsMeant(string path, int status, string why)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream), BudgetedEdge.Budget("team", requests: 10));

        using var answer = await edge.Management.GetAsync(path, TestContext.Current.CancellationToken);

        ((int)answer.StatusCode).ShouldBe(status);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain(why);
    }

    [Theory]
    [InlineData("/usage?tenant=acme")]
    [InlineData("/budgets")]
    public async Task Management_WithoutTheAdminToken_IsRefused(string path)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream));
        using var stranger = new HttpClient();

        using var answer = await stranger.GetAsync(edge.Host.ManagementUrl + path, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Budget_AfterCalls_ShowsWhatEachRegionHas()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        var resources = TestResources.For(upstream) with { Regions = [new Region { Name = "eu-west" }, new Region { Name = "us-east" }] };
        await using var edge = await BudgetedEdge.StartAsync(resources, BudgetedEdge.Budget("team", requests: 1_000));
        using var call = await edge.Host.ChatAsync();
        await edge.UploadAsync(1);

        var budget = await GetAsync(edge, "/budgets?budget=team");

        budget.GetProperty("limit").GetProperty("requests").GetInt64().ShouldBe(1_000);
        budget.GetProperty("spent").GetProperty("requests").GetInt64().ShouldBe(1);
        budget.GetProperty("limit").TryGetProperty("nanoUsd", out _).ShouldBeFalse();
        var regions = budget.GetProperty("regions").EnumerateArray().ToDictionary(r => r.GetProperty("region").GetString()!);
        regions["us-east"].GetProperty("share").GetProperty("requests").GetInt64().ShouldBe(500);
        regions["us-east"].GetProperty("charged").GetProperty("requests").GetInt64().ShouldBeGreaterThan(0);
        regions["us-east"].GetProperty("epochs")[0].GetProperty("holders").GetArrayLength().ShouldBe(1);
        (await GetAsync(edge, "/budgets")).GetProperty("budgets")[0].GetProperty("spent").GetProperty("requests").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task Transfer_ToAnotherRegion_GivesWhatNobodyHolds()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        var resources = TestResources.For(upstream) with { Regions = [new Region { Name = "eu-west" }, new Region { Name = "us-east" }] };
        await using var edge = await BudgetedEdge.StartAsync(resources, BudgetedEdge.Budget("team", requests: 1_000));
        using var call = await edge.Host.ChatAsync();

        using var first = await edge.Management.PostAsync("/budgets/transfer?budget=team&to=eu-west&requests=100", null, TestContext.Current.CancellationToken);
        using var wrong = await edge.Management.PostAsync("/budgets/transfer?budget=team&to=eu-west&usd=1", null, TestContext.Current.CancellationToken);

        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await JsonAsync(first)).GetProperty("given").GetProperty("requests").GetInt64().ShouldBe(100);
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var regions = (await GetAsync(edge, "/budgets?budget=team")).GetProperty("regions").EnumerateArray().ToDictionary(r => r.GetProperty("region").GetString()!);
        regions["us-east"].GetProperty("given").GetProperty("requests").GetInt64().ShouldBe(100);
        regions["eu-west"].GetProperty("received").GetProperty("requests").GetInt64().ShouldBe(100);
    }

    [Fact]
    public async Task CloseEpoch_WhoseHolderIsSilent_ChargesAllThatWasGranted()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream), BudgetedEdge.Budget("team", requests: 1_000));
        using var call = await edge.Host.ChatAsync();
        await edge.UploadAsync(1);
        var granted = (await GetAsync(edge, "/budgets?budget=team")).GetProperty("regions")[0].GetProperty("epochs")[0].GetProperty("granted").GetProperty("requests").GetInt64();

        using var closed = await edge.Management.PostAsync("/budgets/close-epoch?budget=team&epoch=1", null, TestContext.Current.CancellationToken);
        using var again = await edge.Management.PostAsync("/budgets/close-epoch?budget=team&epoch=99", null, TestContext.Current.CancellationToken);

        closed.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await JsonAsync(closed)).GetProperty("charged").GetProperty("requests").GetInt64().ShouldBe(granted);
        again.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Reclaim_OfTheGenerationThatRuns_IsRefused()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await BudgetedEdge.StartAsync(TestResources.For(upstream), BudgetedEdge.Budget("team", requests: 1_000));

        using var answer = await edge.Management.PostAsync("/budgets/reclaim?budget=team&generation=1", null, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("only an earlier one can be reclaimed");
    }

    private static async Task<JsonElement> GetAsync(BudgetedEdge edge, string path)
    {
        using var answer = await edge.Management.GetAsync(path, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return await JsonAsync(answer);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
}
