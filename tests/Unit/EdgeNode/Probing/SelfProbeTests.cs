using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Probing;
using GlobalGateway.EdgeNode.Shapes;
using GlobalGateway.EdgeNode.Snapshots;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Probing;

public class SelfProbeTests
{
    [Fact]
    public async Task Probe_OfWhatWorks_CallsEveryModelAndRouteOnceAndCountsForNothing()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(With(upstream, upstream.Url));
        edge.Snapshots.TryActivate(new BundleIdentity("2", "digest"), With(upstream, upstream.Url)).ShouldBeEmpty();

        var result = await edge.Services.GetRequiredService<SelfProbe>().RunAsync("n", TestContext.Current.CancellationToken);

        result.Failures.ShouldBeEmpty();
        (result.Nonce, result.Bundle, result.Requests).ShouldBe(("n", "digest", 3));
        upstream.Requests.Select(request => request.Path).Order(StringComparer.Ordinal).ShouldBe(["/v1/chat/completions", "/v1/chat/completions", "/v1/words"]);
        edge.Snapshots.Current!.Signals.Total.ShouldBe(0);
        edge.Services.GetRequiredService<ShapeRecorder>().Read().ShouldBeEmpty();
    }

    [Fact]
    public async Task Probe_OfWhatFails_NamesIt()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, context.Request.Path == "/v1/words" ? 400 : 404, """{"error":{"message":"no such model","type":"invalid_request_error","code":"model_not_found"}}""");
        await using var edge = await EdgeHost.StartAsync(With(upstream, "http://127.0.0.1:9"));

        var result = await edge.Services.GetRequiredService<SelfProbe>().RunAsync("n", TestContext.Current.CancellationToken);

        result.Failures.Count.ShouldBe(3);
        result.Failures[0].ShouldBe("Route/words: 502");
        result.Failures[1].ShouldStartWith("Model/fast: ");
        result.Failures[2].ShouldStartWith("Model/secret: ");
    }

    [Fact]
    public async Task Probe_BeforeTheFirstBundle_SaysSo()
    {
        await using var edge = await EdgeHost.StartAsync(null);

        (await edge.Services.GetRequiredService<SelfProbe>().RunAsync("n", TestContext.Current.CancellationToken)).Failures.ShouldBe(["nothing is served yet"]);
    }

    private static ResourceSet With(ScriptedUpstream upstream, string service) => TestResources.For(upstream) with
    {
        Routes = [new Route
        {
            Name = "words",
            Match = new RouteMatch { Path = "/v1/words", Methods = ["POST"] },
            Service = new RouteService { Endpoints = [new ServiceEndpoint { Url = service }] },
        }],
    };
}
