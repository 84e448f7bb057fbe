using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.Testing.Fleets;
using Shouldly;
using Xunit;

namespace GlobalGateway.Fuzz.Requests;

/// <summary>Sends a real edge thousands of broken requests that carry a valid key: it answers each, never with 500, and keeps nothing.</summary>
public sealed class RequestFuzzTests(RequestFuzzTests.OneEdge fleet) : IClassFixture<RequestFuzzTests.OneEdge>
{
    private const int Requests = 10_000;
    private const int Seed = 20_260_101;
    private static readonly int Workers = Math.Max(2, Environment.ProcessorCount);

    [Fact]
    public async Task MutatedRequests_NoneCrashesHangsOrFailsTheEdge()
    {
        var outcomes = new ConcurrentDictionary<string, int>();
        var failures = new ConcurrentQueue<string>();
        await Parallel.ForAsync(0, Requests, new ParallelOptions { MaxDegreeOfParallelism = Workers, CancellationToken = TestContext.Current.CancellationToken }, async (i, cancellation) =>
        {
            // Each request has its own seed, so one can be sent again by its number.
            var request = RequestMutator.Create(new Random(Seed + i), FleetFixture.DemoKey);
            var answer = await RawExchange.SendAsync(fleet.Edge(), request, cancellation);
            outcomes.AddOrUpdate($"{answer.Stage,-9} {answer.Status}", 1, (_, n) => n + 1);
            if (answer.IsFailure || answer.Stage == "closed" && request.IsWhole)
            {
                failures.Enqueue($"request {i} ({request.Mutation}): {answer.Stage} {answer.Status} {answer.Start}");
            }
        });

        foreach (var (outcome, count) in outcomes.OrderByDescending(o => o.Value))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count,6}  {outcome}"));
        }

        failures.Take(10).ShouldBeEmpty();
        outcomes.Where(o => o.Key.StartsWith("upstream", StringComparison.Ordinal)).Sum(o => o.Value).ShouldBeGreaterThanOrEqualTo(Requests * 30 / 100);
        await KeepsNothingAsync();
    }

    /// <summary>The same process serves on, with no request in flight and no body still held.</summary>
    private async Task KeepsNothingAsync()
    {
        fleet.Fleet.Process("us-east").HasExited.ShouldBeFalse();
        using var client = new HttpClient();
        var deadline = DateTime.UtcNow.AddSeconds(30);
        while (true)
        {
            var metrics = await client.GetStringAsync(new Uri(fleet.Fleet.EdgeManagement("us-east"), "/metrics"), TestContext.Current.CancellationToken);
            var inFlight = Value(metrics, "gateway_requests_in_flight");
            var bodies = Value(metrics, "gateway_buffered_body_bytes");
            if (inFlight == 0 && bodies == 0)
            {
                return;
            }

            (DateTime.UtcNow < deadline).ShouldBeTrue($"{inFlight} requests in flight and {bodies} body bytes held 30 s after the last request");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        }
    }

    private static double Value(string metrics, string name) =>
        double.Parse(Regex.Match(metrics, $"^{name} (.+)$", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture);

    public sealed class OneEdge : FleetFixture, IAsyncLifetime
    {
        public async ValueTask InitializeAsync() => await StartAsync();

        protected override FleetOptions Configure(FleetOptions options) => options with { Regions = ["us-east"] };
    }
}
