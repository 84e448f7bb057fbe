using System.Diagnostics;
using GlobalGateway.ProviderSimulator.Composition;
using GlobalGateway.ProviderSimulator.Latency;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ProviderSimulator.Latency;

public class LatencyTests
{
    private const string Chat = "/openai/v1/chat/completions";

    private static string Request(string model, string prompt = "[[tokens=11]]") => $$"""{"model":"{{model}}","stream":true,"messages":[{"role":"user","content":"{{prompt}}"}]}""";

    private static async Task<double> MillisecondsAsync(SimulatorHost host, string request)
    {
        var started = Stopwatch.GetTimestamp();
        await host.TextAsync(Chat, request);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    [Fact]
    public async Task Put_ForOneModel_PacesThatModel()
    {
        await using var host = await SimulatorHost.StartAsync();
        (await host.AdminAsync(HttpMethod.Put, "/admin/latency", """{"model":"gpt-4o","firstToken":{"shape":"fixed","ms":100},"tokensPerSecond":50}""")).Status.ShouldBe(200);
        (await MillisecondsAsync(host, Request("gpt-4o"))).ShouldBeGreaterThan(100 + (10 * 20) - 20);
    }

    [Fact]
    public void For_SeveralRules_TakesTheMostSpecific()
    {
        var book = new LatencyBook(new LatencyRule { TokensPerSecond = 10 });
        book.Put(new LatencyRule { Provider = "openai", TokensPerSecond = 20 });
        book.Put(new LatencyRule { Model = "gpt-4o", TokensPerSecond = 50 });
        book.For("openai", "chat", "gpt-4o", Directives.None).IntervalMs.ShouldBe(20);
        book.For("openai", "chat", "gpt-5", Directives.None).IntervalMs.ShouldBe(50);
        book.For("anthropic", "messages", "claude-haiku-4-5", Directives.None).IntervalMs.ShouldBe(100);
        book.Clear();
        book.For("openai", "chat", "gpt-4o", Directives.None).IsImmediate.ShouldBeTrue();
    }

    [Fact]
    public async Task Directive_InThePrompt_PacesThatAnswer()
    {
        await using var host = await SimulatorHost.StartAsync();
        (await MillisecondsAsync(host, Request("gpt-4o", "[[tokens=2]][[ttft=120]]"))).ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task Put_OutOfRange_ReportsEveryError()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (status, body) = await host.AdminAsync(HttpMethod.Put, "/admin/latency", """{"tokensPerSecond":-1,"jitter":2,"firstToken":{"ms":-5}}""");
        status.ShouldBe(400);
        body!["errors"]!.AsArray().Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(DelayShape.Fixed, 100, 100)]
    [InlineData(DelayShape.Uniform, 60, 140)]
    [InlineData(DelayShape.Normal, 0, 1000)]
    [InlineData(DelayShape.LogNormal, 0, 600_000)]
    [InlineData(DelayShape.Exponential, 0, 600_000)]
    public void Draw_ManyTimes_StaysInBoundsAndRepeatsForASeed(DelayShape shape, double least, double most)
    {
        var distribution = new DelayDistribution { Shape = shape, Ms = 100, Spread = shape == DelayShape.LogNormal ? 0.5 : 40 };
        ulong first = 7, second = 7;
        for (var i = 0; i < 1000; i++)
        {
            var drawn = distribution.Draw(ref first);
            drawn.ShouldBeInRange(least, most);
            distribution.Draw(ref second).ShouldBe(drawn);
        }
    }
}
