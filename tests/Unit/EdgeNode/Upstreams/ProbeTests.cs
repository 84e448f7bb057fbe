using System.Net;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Upstreams.Probes;
using GlobalGateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Polly.CircuitBreaker;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Upstreams;

public class ProbeTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Probes_OfADeadEndpoint_MakeItsTargetsTheLastChoice()
    {
        await using var dead = await ScriptedUpstream.StartAsync();
        await using var well = await ScriptedUpstream.StartAsync();
        dead.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 503, "{}");
        await using var edge = await EdgeHost.StartAsync(Probed(dead, well));
        using var prober = CreateProber(edge);

        await ProbeAsync(prober, times: ProbedEndpoint.FailuresMax);
        var response = await edge.ChatAsync();

        dead.Requests.ShouldAllBe(r => r.Path == "/v1/models");
        response.Headers.GetValues("x-gateway-provider").ShouldBe(["p2/main/up-model"]);
        response.Headers.GetValues("x-gateway-attempts").ShouldBe(["1"]);
    }

    [Fact]
    public async Task Probes_OfALoneDeadEndpoint_DoNotKeepRequestsFromIt()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, context.Request.Method == "GET" ? 503 : 200, ScriptedUpstream.Completion);
        await using var edge = await EdgeHost.StartAsync(Probed(upstream));
        using var prober = CreateProber(edge);

        await ProbeAsync(prober, times: ProbedEndpoint.FailuresMax);

        (await edge.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Probe_OfARecoveredEndpoint_LetsAnOpenBreakerTryAtOnce()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 500, "{}");
        await using var edge = await EdgeHost.StartAsync(Probed(upstream));
        using var prober = CreateProber(edge);
        var breaker = edge.Snapshots.Current!.FindModel("fast")!.Near[0].Breakers[0];
        for (var i = 0; i < 4; i++)
        {
            await edge.ChatAsync();
        }

        breaker.State.ShouldBe(CircuitState.Open);
        upstream.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 200, ScriptedUpstream.Completion);
        await ProbeAsync(prober, times: 1);

        (await edge.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        breaker.State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task Probe_WellButCallsStillFail_OneCallIsTriedPerProbe()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, context.Request.Method == "GET" ? 200 : 500, "{}");
        await using var edge = await EdgeHost.StartAsync(Probed(upstream));
        using var prober = CreateProber(edge);
        for (var i = 0; i < 4; i++)
        {
            await edge.ChatAsync();
        }

        await ProbeAsync(prober, times: 1);
        for (var i = 0; i < 3; i++)
        {
            await edge.ChatAsync();
        }

        upstream.Requests.Count(r => r.Path.EndsWith("completions", StringComparison.Ordinal)).ShouldBe(5);
    }

    [Fact]
    public async Task Probe_OfAnEndpointThatJustAnswered_IsNotMade()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(Probed(upstream));
        await edge.ChatAsync();
        using var prober = CreateProber(edge);

        await ProbeAsync(prober, times: 1);

        upstream.Requests.ShouldNotContain(r => r.Path == "/v1/models");
    }

    [Fact]
    public async Task Operator_IsolatesAndRestoresABreaker()
    {
        var token = Path.GetTempFileName();
        await File.WriteAllTextAsync(token, "a-token-of-decent-length", Cancellation);
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(Probed(upstream), options =>
        {
            options.AdminTokenFile = token;
            return options;
        });
        using var admin = new HttpClient { BaseAddress = new Uri(edge.ManagementUrl) };

        (await admin.PostAsync("/breakers/isolate?id=p1/main/up-model/none", null, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await edge.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        admin.DefaultRequestHeaders.Authorization = new("Bearer", "a-token-of-decent-length");
        (await admin.GetStringAsync("/breakers", Cancellation)).ShouldContain("p1/main/up-model/none");
        (await admin.PostAsync("/breakers/isolate?id=unknown", null, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        (await admin.PostAsync("/breakers/isolate?id=p1/main/up-model/none", null, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        edge.Snapshots.Current!.Breakers().Single().ProbeSucceeded();
        (await edge.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await admin.PostAsync("/breakers/restore?id=p1/main/up-model/none", null, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await edge.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        File.Delete(token);
    }

    private EndpointProber CreateProber(EdgeHost edge) => new(edge.Snapshots, _clock, NullLogger<EndpointProber>.Instance);

    private async Task ProbeAsync(EndpointProber prober, int times)
    {
        // The first look only learns when each is due.
        await prober.ProbeAllAsync(Cancellation);
        for (var i = 0; i < times; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await prober.ProbeAllAsync(Cancellation);
        }
    }

    // The edge's own prober has nothing to do within a test's time.
    private static ResourceSet Probed(params ScriptedUpstream[] upstreams)
    {
        var resources = TestResources.For(upstreams);
        return resources with
        {
            Models = [resources.Models[0]],
            Providers = [.. resources.Providers.Select(p => p with
            {
                Health = new HealthProbe { Probe = "/models", Every = TimeSpan.FromSeconds(50) },
                CircuitBreaker = new CircuitBreaker { MinimumRequests = 4, BreakFor = TimeSpan.FromHours(1) },
            })],
        };
    }
}
