using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GlobalGateway.Testing;
using GlobalGateway.Testing.Fleets;
using Shouldly;
using Xunit;

namespace GlobalGateway.Config.Sources;

[Collection(Measured.Name)]
public sealed class CommitTests(GitFleet fleet) : IClassFixture<GitFleet>
{
    private const int Commits = 50;
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(10);
    private static readonly string[] Regions = ["us-east", "eu-west", "ap-south"];

    private int _edits;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commit_WithAWebhook_IsAnsweredByTheLastRegionWithinTwoSeconds() =>
        (await Quickest.OfAsync(AnswerMax, CommitAllAsync)).ShouldBeLessThan(AnswerMax);

    /// <returns>The 99th percentile of the time from a commit to a client's answer in the last region.</returns>
    private async Task<TimeSpan> CommitAllAsync()
    {
        var reached = new List<TimeSpan>();
        for (var number = 0; number < Commits; number++)
        {
            // One look a second: a commit that comes sooner would wait for its turn and measure that.
            await Task.Delay(TimeSpan.FromMilliseconds(1_050), Cancel);
            fleet.Repository.Commit("gitops/local/edited.yaml", Edited(++_edits));
            var committed = Stopwatch.GetTimestamp();
            (await fleet.HookAsync()).StatusCode.ShouldBe(HttpStatusCode.Accepted);
            await Task.WhenAll(Regions.Select(region => SeenAsync(region, _edits)));
            reached.Add(Stopwatch.GetElapsedTime(committed));
        }

        reached.Sort();
        TestContext.Current.SendDiagnosticMessage(string.Create(
            CultureInfo.InvariantCulture,
            $"{Commits} commits, from commit to a client's answer in the last of three regions: p50 {reached[Commits / 2].TotalMilliseconds:0} ms, p90 {reached[Commits * 9 / 10].TotalMilliseconds:0} ms, p99 {reached[^1].TotalMilliseconds:0} ms"));
        return reached[^1];
    }

    [Fact]
    public async Task Commit_WithErrors_GetsAStatusWithAllOfThemAndReachesNoEdge()
    {
        await Eventually.HoldsAsync(async () => (await RevisionsAsync()).All(shown => !shown.EndsWith(' ')));
        var serving = await RevisionsAsync();
        fleet.Repository.Commit("gitops/local/edited.yaml", Edited(1).Replace("methods", "method", StringComparison.Ordinal).Replace("http://", "ftp://", StringComparison.Ordinal));
        await fleet.HookAsync();

        var source = await SourceAsync(status => status["standing"]!.GetValue<string>() == "invalid");

        source["commit"]!.GetValue<string>().ShouldBe(fleet.Repository.Git("rev-parse", "HEAD").Trim());
        source["author"]!.GetValue<string>().ShouldBe("Jane <jane@acme.example>");
        source["errors"]!.AsArray().Select(error => $"{error!["file"]}:{error["line"]} {error["path"]}").ShouldBe(
            ["gitops/local/edited.yaml:5 spec.match.method", "gitops/local/edited.yaml:6 spec.service.endpoints[0].url"]);
        (await RevisionsAsync()).ShouldBe(serving);
        fleet.Repository.Git("revert", "--no-edit", "HEAD");
        await fleet.HookAsync();
        await SourceAsync(status => status["standing"]!.GetValue<string>() == "valid");
    }

    [Fact]
    public async Task ForcedPush_WaitsForAnAdmin_AndIsLetThroughByName()
    {
        fleet.Repository.Commit("gitops/local/edited.yaml", Edited(1_000));
        await fleet.HookAsync();
        await Task.WhenAll(Regions.Select(region => SeenAsync(region, 1_000)));
        fleet.Repository.Git("reset", "--quiet", "--hard", "HEAD~1");
        var forced = fleet.Repository.Commit("gitops/local/edited.yaml", Edited(1_001));
        await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
        await fleet.HookAsync();

        var source = await SourceAsync(status => status["standing"]!.GetValue<string>() == "awaitsApproval");
        source["errors"]![0]!["message"]!.GetValue<string>().ShouldContain("history was rewritten");
        (await AnswerAsync("us-east")).ShouldBe("1000");

        using var approved = await SendAsync(HttpMethod.Post, "/api/v1/source/approve", $$"""{"commit":"{{forced}}"}""");
        approved.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await Task.WhenAll(Regions.Select(region => SeenAsync(region, 1_001)));
    }

    [Fact]
    public async Task Webhook_WithAnotherSecret_IsRefused() => (await fleet.HookAsync("another-secret-of-nobody")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

    private static string Edited(int number) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        apiVersion: globalgateway.dev/v1
        kind: Route
        metadata: { name: edited }
        spec:
          match: { path: /edited/v1/sentiment, methods: [POST] }
          service: { endpoints: [{ url: "http://simulator/sentiment" }] }
          transforms:
            - pathRemovePrefix: /edited
            - setResponseHeader: { name: x-edit, value: "{{number}}" }
        """);

    private async Task SeenAsync(string region, int number)
    {
        var asked = Stopwatch.GetTimestamp();
        using var poll = new PeriodicTimer(PollEvery);
        while (await AnswerAsync(region) is var answer && answer != number.ToString(CultureInfo.InvariantCulture))
        {
            Stopwatch.GetElapsedTime(asked).ShouldBeLessThan(Patience, $"{region} still answers {answer}, not {number}");
            await poll.WaitForNextTickAsync(Cancel);
        }
    }

    private async Task<string> AnswerAsync(string region)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(fleet.Edge(region), "/edited/v1/sentiment")) { Content = new StringContent("{\"text\":\"good\"}", System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", FleetFixture.DemoKey);
        using var response = await Http.SendAsync(request, Cancel);
        return response.Headers.TryGetValues("x-edit", out var values) ? values.Single() : "none";
    }

    private async Task<string[]> RevisionsAsync()
    {
        using var response = await SendAsync(HttpMethod.Get, "/api/v1/edges", null);
        return [.. JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!["edges"]!.AsArray().Select(edge => $"{edge!["region"]} {edge["revision"]}")];
    }

    private async Task<JsonNode> SourceAsync(Func<JsonNode, bool> until)
    {
        var asked = Stopwatch.GetTimestamp();
        using var poll = new PeriodicTimer(PollEvery);
        while (true)
        {
            using var response = await SendAsync(HttpMethod.Get, "/api/v1/source", null);
            var source = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;
            if (response.IsSuccessStatusCode && until(source))
            {
                return source;
            }

            Stopwatch.GetElapsedTime(asked).ShouldBeLessThan(Patience, source.ToJsonString());
            await poll.WaitForNextTickAsync(Cancel);
        }
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body)
    {
        var request = new HttpRequestMessage(method, new Uri(fleet.Fleet.ControlPlaneAddress, path)) { Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", fleet.Fleet.AdminToken);
        return Http.SendAsync(request, Cancel);
    }

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };
}
