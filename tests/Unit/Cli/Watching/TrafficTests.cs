using GlobalGateway.Cli.Watching;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Cli.Watching;

public class TrafficTests
{
    private const string Before = """
        # TYPE gateway_requests_total counter
        gateway_requests_total{operation="chat",model="fast",status="200"} 100
        gateway_requests_total{operation="chat",model="fast",status="503"} 4
        gateway_request_duration_seconds_bucket{operation="chat",le="0.1"} 90
        gateway_request_duration_seconds_bucket{operation="chat",le="1"} 104
        gateway_request_duration_seconds_bucket{operation="chat",le="+Inf"} 104
        gateway_failovers_total{provider="openai"} 7
        """;

    private const string After = """
        gateway_requests_total{operation="chat",model="fast",status="200"} 190
        gateway_requests_total{operation="chat",model="fast",status="503"} 14
        gateway_request_duration_seconds_bucket{operation="chat",le="0.1"} 140
        gateway_request_duration_seconds_bucket{operation="chat",le="1"} 204
        gateway_request_duration_seconds_bucket{operation="chat",le="+Inf"} 204
        gateway_failovers_total{provider="openai"} 27
        """;

    [Fact]
    public void Since_TwoPages_IsWhatHappenedBetween()
    {
        var rates = Traffic.Read(After).Since(Traffic.Read(Before), TimeSpan.FromSeconds(10));

        rates.PerSecond.ShouldBe(10);
        rates.ErrorShare.ShouldBe(0.1, 1e-9);
        rates.Attempts.ShouldBe(1.2, 1e-9);
        rates.P50!.Value.TotalSeconds.ShouldBe(0.1, 1e-6);
        rates.P99!.Value.TotalSeconds.ShouldBe(0.982, 1e-6);
    }

    [Fact]
    public void Since_NothingHappened_IsDefault() =>
        Traffic.Read(Before).Since(Traffic.Read(Before), TimeSpan.FromSeconds(1)).ShouldBe(default);
}
