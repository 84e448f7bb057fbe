using System.Globalization;
using GlobalGateway.Stores.Budgets;
using GlobalGateway.Stores.Fleets;
using GlobalGateway.Testing.Fleets;
using Shouldly;
using Xunit;

namespace GlobalGateway.Stores.RedisUse;

/// <summary>Every region's Redis hangs for 90 seconds while clients go on: none of them may notice.</summary>
[Collection(StoresCollection.Name)]
public sealed class PausedRedisTests(StoresFleet fleet, ITestOutputHelper output)
{
    private const int Clients = 6;

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Paused = TimeSpan.FromSeconds(90);

    [Fact]
    [Trait("campaign", "yes")]
    public async Task Requests_WithRedisPausedForNinetySeconds_NeitherFailNorWait()
    {
        Assert.SkipWhen(StoresFleet.Missing is not null, StoresFleet.Missing ?? "");
        await fleet.HealAsync(TimeSpan.FromSeconds(60));
        await fleet.AnswerWithinAsync(AnswerWithin);
        await SpendAsync(WarmUp);
        using var whole = await SpendAsync(Before);

        var servers = StoresFleet.Regions.Select(region => fleet.Fleet.Process(StoresFleet.RedisOf(region))).ToArray();
        ChatClients paused;
        Array.ForEach(servers, server => server.Pause());
        try
        {
            paused = await SpendAsync(Paused);
        }
        finally
        {
            Array.ForEach(servers, server => server.Resume());
        }

        using (paused)
        {
            var (p50, p99) = (Quantile(paused, 0.5) - Quantile(whole, 0.5), Quantile(paused, 0.99) - Quantile(whole, 0.99));
            var said = string.Create(CultureInfo.InvariantCulture,
                $"with Redis: {whole.Describe()}, p50 {Quantile(whole, 0.5):0.0} ms, p99 {Quantile(whole, 0.99):0.0} ms; paused: {paused.Describe()}, p50 {p50:+0.0;-0.0} ms, p99 {p99:+0.0;-0.0} ms");
            output.WriteLine(said);

            paused.Outcomes.Keys.ShouldBe(["OK"], said);
            p50.ShouldBeLessThanOrEqualTo(5, said);
            p99.ShouldBeLessThanOrEqualTo(100, said);
        }
    }

    private async Task<ChatClients> SpendAsync(TimeSpan time)
    {
        var clients = new ChatClients(int.MaxValue, [.. StoresFleet.Regions.Select(region => fleet.Edge(region))]) { Key = StoresFleet.KeyOf(TestBudgets.RedisPaused) };
        await clients.RunAsync(Clients, time);
        return clients;
    }

    private static double Quantile(ChatClients clients, double share)
    {
        var took = clients.Took.Select(time => time.TotalMilliseconds).Order().ToArray();
        return took[Math.Min(took.Length - 1, (int)(share * took.Length))];
    }
}
