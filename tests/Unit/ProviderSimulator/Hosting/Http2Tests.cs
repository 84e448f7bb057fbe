using System.Net;
using System.Net.Http.Headers;
using System.Text;
using GlobalGateway.ProviderSimulator.Hosting;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ProviderSimulator.Hosting;

/// <summary>Faults over HTTP/2, where many requests share a connection.</summary>
public class Http2Tests
{
    private const string Streamed = """{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"[[tokens=8]]"}]}""";

    private static Task<SimulatorHost> StartAsync() =>
        SimulatorHost.StartAsync(static options => new SimulatorOptions { Listen = options.Listen, ListenHttp2 = options.Listen, AdminToken = options.AdminToken });

    private static HttpClient ClientOf(SimulatorHost host)
    {
        var handler = new SocketsHttpHandler { KeepAlivePingDelay = TimeSpan.FromSeconds(1), KeepAlivePingTimeout = TimeSpan.FromSeconds(1) };
        var client = new HttpClient(handler) { BaseAddress = host.Addresses[1], DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", SimulatorHost.Key);
        return client;
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client) =>
        client.PostAsync("/openai/v1/chat/completions", new StringContent(Streamed, Encoding.UTF8, "application/json"));

    [Fact]
    public async Task CutStream_OverHttp2_EndsThatStreamAndKeepsTheConnection()
    {
        await using var host = await StartAsync();
        using var client = ClientOf(host);
        await host.FaultAsync("""{"attempts":[1],"fault":{"type":"cutStream"}}""");
        await Should.ThrowAsync<HttpRequestException>(PostAsync(client));
        using var second = await PostAsync(client);
        (await second.Content.ReadAsStringAsync()).ShouldEndWith("data: [DONE]\n\n");
        var requests = (await host.AdminAsync(HttpMethod.Get, "/admin/requests")).Body!["requests"]!.AsArray();
        requests[0]!["connectionId"]!.GetValue<string>().ShouldBe(requests[1]!["connectionId"]!.GetValue<string>());
        requests[1]!["protocol"]!.GetValue<string>().ShouldBe("HTTP/2");
    }

    [Fact]
    public async Task HalfOpen_OverHttp2_AnswersNoPing()
    {
        await using var host = await StartAsync();
        using var client = ClientOf(host);
        await host.FaultAsync("""{"fault":{"type":"halfOpen","afterContentEvents":1}}""");
        await Should.ThrowAsync<HttpRequestException>(PostAsync(client));
    }

    [Fact]
    public async Task CloseOnReuse_OverHttp2_RefusesTheSecondStream()
    {
        await using var host = await StartAsync();
        using var client = ClientOf(host);
        await host.FaultAsync("""{"fault":{"type":"closeOnReuse"}}""");
        using var first = await PostAsync(client);
        ((int)first.StatusCode).ShouldBe(200);
        await Should.ThrowAsync<HttpRequestException>(PostAsync(client));
    }
}
