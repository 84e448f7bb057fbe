using System.Collections.Frozen;
using System.Diagnostics;
using GlobalGateway.Contract.Redis;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Limits;
using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.RateLimits;
using GlobalGateway.Replication.RateLimits.Loans;
using GlobalGateway.Replication.Redis;
using GlobalGateway.Testing.Redis;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.RateLimits;

/// <summary>Two regions, each with a Redis and two edges of its own, share 1,000 requests a second.</summary>
public sealed class RegionLendingTests : IAsyncLifetime
{
    private const double Own = 500;

    private static readonly CompiledLimit Limit = new()
    {
        Name = "all",
        Key = "all:requests:acme",
        CountsTokens = false,
        IsGlobal = true,
        Rate = Gcra.Create((long)Own, TimeSpan.FromSeconds(1), 500),
        Limit = (long)Own,
        Models = FrozenSet<string>.Empty,
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gg-loans-");
    private readonly List<RedisServer> _servers = [];
    private readonly List<Edge> _edges = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var folder = new LedgerFolder(_folder.FullName);
        folder.Open();
        foreach (var region in new[] { "us-east", "eu-west" })
        {
            _servers.Add(await RedisLines.StartAsync("--enable-debug-command", "yes", "--repl-backlog-ttl", "0"));
            for (var i = 1; i <= 2; i++)
            {
                _edges.Add(new Edge(region, $"edge-{i}", await RedisLines.OpenAsync(_servers[^1]), new DirectoryRateLoans(folder)));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var edge in _edges)
        {
            await edge.Line.DisposeAsync();
        }

        _servers.ForEach(server => server.Dispose());
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Regions_WhileServersForgetAndChange_NeverUseMoreThanTheLimitTogether()
    {
        // us-east wants most of the limit, eu-west little; from the middle on the other way around.
        var random = new Random(1);
        var time = TimeSpan.FromSeconds(36);
        var started = Stopwatch.StartNew();
        var (most, highest) = (0.0, new double[2]);
        var (disturbed, next) = (0, 0.0);
        while (started.Elapsed < time)
        {
            var busy = started.Elapsed < time / 2 ? 0 : 1;
            foreach (var edge in _edges.OrderBy(_ => random.Next()))
            {
                await edge.Lending.TakeAsync(Limit, _servers[busy] == ServerOf(edge) ? 45 : 1);
                await edge.Lending.TurnAsync(Cancel);
            }

            var rates = await Task.WhenAll(_servers.Select(RateAsync));
            most = Math.Max(most, rates.Sum());
            (highest[0], highest[1]) = (Math.Max(highest[0], rates[0]), Math.Max(highest[1], rates[1]));
            rates.Sum().ShouldBeLessThanOrEqualTo(2 * Own * 1.001, $"after {started.Elapsed}: {rates[0]} and {rates[1]}");

            // Late in each half, so that there is something lent to be forgotten.
            if (started.Elapsed.TotalSeconds % 18 > 13 && started.Elapsed.TotalSeconds > next)
            {
                (disturbed, next) = (disturbed + 1, started.Elapsed.TotalSeconds + 0.5 + random.NextDouble());
                await _servers[random.Next(2)].CommandAsync(random.Next(2) == 0 ? ["FLUSHALL"] : ["DEBUG", "CHANGE-REPL-ID"]);
            }

            await Task.Delay(random.Next(20, 120), Cancel);
        }

        Console.WriteLine($"regions lent: highest {highest[0]:0}/s and {highest[1]:0}/s of {Own:0}/s each, together at most {most:0}/s, {disturbed} servers disturbed");
        disturbed.ShouldBeGreaterThan(1);
        highest[0].ShouldBeGreaterThan(Own * 1.2, "the busy region borrowed");
    }

    [Fact]
    public async Task Region_WhoseLenderStops_IsAtItsFloor_UntilAnotherKnowsThatNothingIsLent()
    {
        var (first, second) = (_edges[0], _edges[1]);
        await TurnAsync(first, RateLending.Term * 1.2);
        (await RateAsync(_servers[0])).ShouldBe(Own, 1);

        await TurnAsync(second, RegionRate.Held * 1.5);

        (await RateAsync(_servers[0])).ShouldBe(Own * LoanedRate.FloorShare, 1);
        await TurnAsync(second, RateLending.Term);
        (await RateAsync(_servers[0])).ShouldBe(Own, 1);
    }

    private static async Task TurnAsync(Edge edge, TimeSpan time)
    {
        var started = Stopwatch.StartNew();
        while (started.Elapsed < time)
        {
            await edge.Lending.TakeAsync(Limit, 1);
            await edge.Lending.TurnAsync(Cancel);
            await Task.Delay(RateLending.Every / 5, Cancel);
        }
    }

    private RedisServer ServerOf(Edge edge) => _servers[_edges.IndexOf(edge) / 2];

    // The rate that a request of this moment is measured by, in units per second.
    private async Task<double> RateAsync(RedisServer server)
    {
        var region = server == _servers[0] ? "us-east" : "eu-west";
        var fields = (await server.CommandAsync("HMGET", RegionRate.KeyOf(region, Limit.Key, Limit.Rate), "per", "until", "server")).Split('\n').Select(line => line.Trim()).ToArray();
        var time = (await server.CommandAsync("TIME")).Split('\n');
        var now = (double.Parse(time[0], System.Globalization.CultureInfo.InvariantCulture) - 1735689600) * 1e7;
        return fields[0].Length > 0 && double.Parse(fields[1], System.Globalization.CultureInfo.InvariantCulture) > now && fields[2] == await server.InfoAsync("replication", "master_replid")
            ? TimeSpan.TicksPerSecond / double.Parse(fields[0], System.Globalization.CultureInfo.InvariantCulture)
            : Own * LoanedRate.FloorShare;
    }

    private sealed class Edge(string region, string name, RedisConnection line, IRateLoanStore loans)
    {
        public RedisConnection Line => line;

        public RateLending Lending { get; } = new(
            new EdgeOptions { Fleet = "test", Region = region, Name = name, DataDirectory = "", PublicListen = [], ManagementListen = "", EdgesMax = 2 },
            loans,
            sharedAs => sharedAs == Limit.SharedAs ? Limit : null,
            TimeProvider.System,
            line,
            new RedisRateLimitStore(line, region, 2, new LocalRateLimitStore(TimeProvider.System), TimeProvider.System));
    }
}
