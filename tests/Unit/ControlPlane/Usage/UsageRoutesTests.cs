using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GlobalGateway.ControlPlane.Api;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Testing;
using GlobalGateway.Unit.EdgeNode.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ControlPlane.Usage;

/// <summary>A control plane's API asks edges over their peer listeners, and passes on what they say.</summary>
public sealed class UsageRoutesTests : IAsyncLifetime
{
    private readonly ControlPlaneHost _plane = new();
    private readonly HttpClient _client = new();
    private readonly KnownUsage _usage = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _plane.Save(ConfigStreamTests.With("fast"));
        await _plane.StartAsync();
        _client.BaseAddress = new Uri(_plane.ApiUrl);
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ControlPlaneHost.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _plane.DisposeAsync();
    }

    [Fact]
    public async Task Usage_OfATenant_IsWhatAnEdgeReadsFromTheLedger()
    {
        await using var edge = await StartAsync("edge-1", _usage);

        var (status, report) = await AskAsync("/usage?tenant=t&from=2026-11-01&until=2026-11-03&by=day,provider&region=eu-west");

        status.ShouldBe(HttpStatusCode.OK);
        report["rows"]!.AsArray().Select(row => $"{row!["day"]} {row["provider"]} {row["requests"]}").ShouldBe(["2026-11-01 p 2", "2026-11-02 p 1"]);
        report["total"]!["inputTokens"]!.GetValue<long>().ShouldBe(30);
        _usage.Asked.ShouldNotBeNull().Region.ShouldBe("eu-west");
        (await AskAsync("/usage/events?tenant=t&from=2026-11-01&until=2026-11-03")).Answer["events"]!.AsArray().Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("/usage?tenant=t&by=modle", 400, "\"modle\" is not one of day, hour, model")]
    [InlineData("/usage?tenant=t&from=yesterday", 400, "from and until are times")]
    [InlineData("/usage", 400, "tenant")]
    public async Task Usage_MistakenCall_SaysWhatIsMeant(string path, int status, string why)
    {
        await using var edge = await StartAsync("edge-1", _usage);

        var answer = await AskAsync(path);

        ((int)answer.Status).ShouldBe(status);
        answer.Answer["detail"]!.GetValue<string>().ShouldContain(why);
    }

    [Fact]
    public async Task Usage_WithoutAnEdge_IsAProblemThatSaysSo()
    {
        var (status, problem) = await AskAsync("/usage?tenant=t");

        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        problem["detail"]!.GetValue<string>().ShouldContain("No edge with a peer listener");
    }

    [Fact]
    public async Task Usage_WhenTheFirstEdgeCannotTell_ComesFromTheNext()
    {
        await using var without = await StartAsync("edge-1", null);
        var alone = await AskAsync("/usage?tenant=t");
        await using var with = await StartAsync("edge-2", _usage);

        alone.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        alone.Answer["detail"]!.GetValue<string>().ShouldContain("us-east.edge-1: This edge has no ledger");
        (await AskAsync("/usage?tenant=t&from=2026-11-01&until=2026-11-03")).Answer["total"]!["requests"]!.GetValue<long>().ShouldBe(3);
    }

    [Fact]
    public async Task Usage_AboveTheLimitOfAnAnswer_AsksForLess()
    {
        _usage.Calls = 60_000;
        await using var edge = await StartAsync("edge-1", _usage);

        var (status, problem) = await AskAsync("/usage/events?tenant=t&from=2026-11-01&until=2026-11-03");

        status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        problem["detail"]!.GetValue<string>().ShouldContain("8 MiB: ask for a shorter time");
    }

    private async Task<IAsyncDisposable> StartAsync(string name, IUsageStore? usage) => await _plane.StartAskableEdgeAsync(name, services =>
    {
        if (usage is not null)
        {
            services.AddSingleton(usage);
        }
    });

    private async Task<(HttpStatusCode Status, JsonNode Answer)> AskAsync(string path)
    {
        using var response = await _client.GetAsync(ApiExtensions.Root + path, Cancel);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!);
    }

    private sealed class KnownUsage : IUsageStore
    {
        public int Calls { get; set; } = 3;

        public UsageQuery? Asked { get; private set; }

        public ValueTask AppendAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancel = default) => ValueTask.CompletedTask;

        public IAsyncEnumerable<UsageEvent> QueryAsync(UsageQuery query, CancellationToken cancel = default)
        {
            Asked = query;
            return Enumerable.Range(0, Calls).Select(number => new UsageEvent(
                "i", number, new DateTimeOffset(2026, 11, 1 + (number / 2 % 2), 12, 0, 0, TimeSpan.Zero), "eu-west",
                new UsageLabels($"r{number}", query.Tenant!, null, "k", "fast", "p"), 10, 0, 5, new SpendVector(1, 15, 1_000), false)).ToAsyncEnumerable();
        }
    }
}
