using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.Testing.Fleets;
using Shouldly;
using Xunit;

namespace GlobalGateway.EndToEnd.Draining;

/// <summary>A real edge process gets SIGTERM under load: nothing in flight is cut, and nobody is refused before the drain delay is over.</summary>
public sealed class DrainTests(DrainTests.OneEdge fleet) : IClassFixture<DrainTests.OneEdge>
{
    private const int Streams = 100;
    private const double TokensPerSecond = 10;
    private static readonly TimeSpan DrainDelay = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sigterm_HundredStreamsAndNewConnections_NoneCutNoneRefused()
    {
        using var edge = Client(fleet.Edge(), FleetFixture.DemoKey);
        using var simulator = Client(new Uri(fleet.Fleet.SimulatorAddress, "/openai/"), "sim-openai");
        await ChatAsync(edge, "fast");

        // Each stream has 5 to 30 s left; the same prompts asked of the provider itself say what the whole text is.
        var started = Enumerable.Range(0, Streams).Select(_ => new TaskCompletionSource()).ToArray();
        var streams = Enumerable.Range(0, Streams).Select(i => StreamAsync(edge, "fast", Tokens(i), started[i])).ToArray();
        var expected = Enumerable.Range(0, Streams).Select(i => StreamAsync(simulator, "gpt-4o-mini", Tokens(i))).ToArray();
        await Task.WhenAll(started.Select(s => s.Task)).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        var sinceSignal = Stopwatch.StartNew();
        var stopped = fleet.Fleet.StopAsync("us-east", TimeSpan.FromSeconds(90));
        var served = 0;
        var unreadyAfter = TimeSpan.MaxValue;
        while (sinceSignal.Elapsed < DrainDelay - TimeSpan.FromMilliseconds(500))
        {
            using var fresh = Client(fleet.Edge(), FleetFixture.DemoKey);
            using var response = await ChatAsync(fresh, "fast");
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            served++;
            if (unreadyAfter == TimeSpan.MaxValue && (await fresh.GetAsync("/health/ready", Cancellation)).StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                unreadyAfter = sinceSignal.Elapsed;
            }
        }

        var texts = await Task.WhenAll(streams);
        (await stopped).ShouldBeTrue();
        texts.ShouldBe(await Task.WhenAll(expected));
        unreadyAfter.ShouldBeLessThan(TimeSpan.FromSeconds(2));
        served.ShouldBeGreaterThan(20);
        TestContext.Current.SendDiagnosticMessage($"{Streams} streams whole, {served} new connections served in {DrainDelay.TotalSeconds} s, unready after {unreadyAfter.TotalMilliseconds:0} ms");
    }

    private static int Tokens(int stream) => (int)((6 + 23.0 * stream / Streams) * TokensPerSecond);

    private static HttpClient Client(Uri address, string key)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return client;
    }

    private static Task<HttpResponseMessage> ChatAsync(HttpClient client, string model) =>
        client.PostAsync("v1/chat/completions", Body(model, "hello", stream: false), Cancellation);

    private static async Task<string> StreamAsync(HttpClient client, string model, int tokens, TaskCompletionSource? started = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions")
        {
            Content = Body(model, $"count [[tokens={tokens}]] [[tps={TokensPerSecond}]]", stream: true),
        };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        var text = new StringBuilder();
        var last = "";
        while (await reader.ReadLineAsync(Cancellation) is { } line)
        {
            if (!line.StartsWith("data: ", StringComparison.Ordinal))
            {
                continue;
            }

            last = line["data: ".Length..];
            if (last != "[DONE]")
            {
                using var chunk = JsonDocument.Parse(last);
                foreach (var choice in chunk.RootElement.GetProperty("choices").EnumerateArray())
                {
                    text.Append(choice.GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : "");
                    started?.TrySetResult();
                }
            }
        }

        last.ShouldBe("[DONE]");
        return text.ToString();
    }

    private static StringContent Body(string model, string prompt, bool stream) => new(
        JsonSerializer.Serialize(new { model, stream, messages = new[] { new { role = "user", content = prompt } } }), Encoding.UTF8, "application/json");

    /// <summary>One region whose edge drains as in production.</summary>
    public sealed class OneEdge : FleetFixture, IAsyncLifetime
    {
        public async ValueTask InitializeAsync() => await StartAsync();

        protected override FleetOptions Configure(FleetOptions options) => options with { Regions = ["us-east"], DrainDelay = "5s" };
    }
}
