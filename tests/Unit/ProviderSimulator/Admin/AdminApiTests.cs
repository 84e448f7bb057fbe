using System.Security.Cryptography;
using System.Text;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ProviderSimulator.Admin;

public class AdminApiTests
{
    private const string Chat = "/openai/v1/chat/completions";
    private const string Request = """{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}""";

    [Fact]
    public async Task Admin_WithoutTheToken_Is401()
    {
        await using var host = await SimulatorHost.StartAsync();
        (await host.AdminAsync(HttpMethod.Get, "/admin/requests", token: "wrong")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Admin_WhenNoTokenIsSet_RefusesEverybody()
    {
        await using var host = await SimulatorHost.StartAsync(static options => new() { Listen = options.Listen });
        (await host.AdminAsync(HttpMethod.Get, "/admin/requests", token: "")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Faults_BadRule_ReportsEveryError()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (status, body) = await host.AdminAsync(HttpMethod.Post, "/admin/faults", """{"probability":2,"count":0,"attempts":"all","fault":{"type":"status","status":99}}""");
        status.ShouldBe(400);
        body!["errors"]!.AsArray().Count.ShouldBe(4);
    }

    [Theory]
    [InlineData("""{"fault":{"type":"nonsense"}}""")]
    [InlineData("""{"fault":{"type":"status"},"moddel":"gpt-4o"}""")]
    [InlineData("""{}""")]
    [InlineData("""not json""")]
    public async Task Faults_Unreadable_Is400(string rule)
    {
        await using var host = await SimulatorHost.StartAsync();
        (await host.AdminAsync(HttpMethod.Post, "/admin/faults", rule)).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Faults_DeletedById_NoLongerFire()
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.FaultAsync("""{"id":"mine","fault":{"type":"status"}}""");
        (await host.PostAsync(Chat, Request)).Status.ShouldBe(500);
        (await host.AdminAsync(HttpMethod.Delete, "/admin/faults/mine")).Status.ShouldBe(204);
        (await host.PostAsync(Chat, Request)).Status.ShouldBe(200);
        (await host.AdminAsync(HttpMethod.Delete, "/admin/faults/mine")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Faults_Listed_AreSpelledAsDocumentedAndCounted()
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.FaultAsync("""{"attempts":[2],"fault":{"type":"htmlBody"}}""");
        await host.PostAsync(Chat, Request);
        await host.TextAsync(Chat, Request);
        var listed = (await host.AdminAsync(HttpMethod.Get, "/admin/faults")).Body!["faults"]![0]!;
        listed["rule"]!["fault"]!["type"]!.GetValue<string>().ShouldBe("htmlBody");
        (listed["matched"]!.GetValue<int>(), listed["fired"]!.GetValue<int>()).ShouldBe((2, 1));
        var record = (await host.AdminAsync(HttpMethod.Get, "/admin/requests?since=1")).Body!["requests"]!.AsArray().ShouldHaveSingleItem()!;
        record["faultType"]!.GetValue<string>().ShouldBe("htmlBody");
        record["outcome"]!.GetValue<string>().ShouldBe("faulted");
    }

    [Fact]
    public async Task Requests_ShowWhatCameWithoutTheKey()
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.PostAsync($"{Chat}?a=b&key={SimulatorHost.Key}", Request);
        var list = (await host.AdminAsync(HttpMethod.Get, "/admin/requests?provider=openai")).Body!;
        var record = list["requests"]!.AsArray().ShouldHaveSingleItem()!;
        record["query"]!.GetValue<string>().ShouldBe("?a=b&key=redacted");
        record["path"]!.GetValue<string>().ShouldBe(Chat);
        record["model"]!.GetValue<string>().ShouldBe("gpt-4o");
        record["body"]!.GetValue<string>().ShouldBe(Request);
        record["status"]!.GetValue<int>().ShouldBe(200);
        record["connectionRequest"]!.GetValue<int>().ShouldBe(1);
        record["credential"]!["sha256"]!.GetValue<string>().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(SimulatorHost.Key))));
        list.ToJsonString().ShouldNotContain(SimulatorHost.Key);
    }

    [Fact]
    public async Task Requests_BeyondTheBound_KeepTheLatest()
    {
        await using var host = await SimulatorHost.StartAsync(static options => new() { Listen = options.Listen, AdminToken = options.AdminToken, RecordedRequests = 2 });
        for (var i = 0; i < 5; i++)
        {
            await host.PostAsync(Chat, Request);
        }
        var kept = (await host.AdminAsync(HttpMethod.Get, "/admin/requests")).Body!["requests"]!.AsArray();
        kept.Select(static record => record!["sequence"]!.GetValue<long>()).ShouldBe([4L, 5L]);
        await host.AdminAsync(HttpMethod.Delete, "/admin/requests");
        (await host.AdminAsync(HttpMethod.Get, "/admin/requests")).Body!["requests"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Requests_OfAClientThatLeft_SaySo()
    {
        await using var host = await SimulatorHost.StartAsync();
        var connection = await RawConnection.OpenAsync(host.Address);
        await connection.PostAsync(Chat, """{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"[[tokens=100000]][[tps=50]]"}]}""");
        await connection.ReadUntilAsync("data: ");
        connection.Dispose();
        await Eventually(async () => (await host.AdminAsync(HttpMethod.Get, "/admin/requests")).Body!["requests"]![0]!["outcome"]!.GetValue<string>() == "client-gone");
    }

    private static async Task Eventually(Func<Task<bool>> holds)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!await holds())
        {
            timeout.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
