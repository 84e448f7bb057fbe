using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Shapes;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Shapes;

public class ShapeRecorderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 6, 0, 0, TimeSpan.Zero);

    private static readonly RequestShape Shape = new("acme", "ci", "chatCompletions", "POST", 8, 4, [], new Dictionary<string, string>(), true, 1, "fast");

    [Fact]
    public async Task Requests_Recorded_SayWhatDecidesAndNothingElse()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream) with
        {
            Routes = [new Route
            {
                Name = "words",
                Match = new RouteMatch { Path = "/v1/words/**", Headers = [new NameValue { Name = "x-team", Value = "nlp" }] },
                Service = new RouteService { Endpoints = [new ServiceEndpoint { Url = upstream.Url }] },
            }],
        });

        (await edge.ChatAsync(stream: false)).EnsureSuccessStatusCode();
        await edge.PostAsync("/v1/chat/completions", """{"model":"secret","tools":[],"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:"}}]}]}""");
        edge.Client.DefaultRequestHeaders.Add("x-team", "nlp");
        (await edge.Client.GetAsync("/v1/words/private?q=hidden", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        var shapes = edge.Services.GetRequiredService<ShapeRecorder>().Read();
        shapes.Select(shape => (shape.Tenant, shape.Key, shape.Model, shape.Route, shape.Operation, shape.Method, shape.Path, shape.Allowed)).ShouldBe(
        [
            ("acme", "ci", "fast", null, "chatCompletions", "POST", null, true),
            ("acme", "ci", "secret", null, "chatCompletions", "POST", null, false),
            ("acme", "ci", null, "words", "service", "GET", "/v1/words/private", true),
        ]);
        shapes[1].Flags.ShouldBe(["tools", "images"]);
        shapes[2].Headers.ShouldBe(new Dictionary<string, string> { ["x-team"] = EdgeHost.Sha256("nlp")[..16] });
        shapes[0].SizeBucket.ShouldBe(6);
        shapes.ShouldAllBe(shape => shape.Weight == 1);
    }

    [Fact]
    public async Task Tenant_ThatTurnsItOff_IsNotRecorded()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        var resources = TestResources.For(upstream);
        await using var edge = await EdgeHost.StartAsync(resources);
        (await edge.ChatAsync()).EnsureSuccessStatusCode();
        var recorder = edge.Services.GetRequiredService<ShapeRecorder>();
        recorder.Read().ShouldHaveSingleItem();

        edge.Snapshots.TryActivate("2", resources with { Tenants = [resources.Tenants[0] with { RecordShapes = false }] }).ShouldBeEmpty();
        (await edge.ChatAsync()).EnsureSuccessStatusCode();

        recorder.Read().ShouldBeEmpty();
    }

    [Fact]
    public void Reservoir_OfManyRequests_KeepsTwentyThatStandForAll()
    {
        var reservoir = new TenantReservoir();
        for (var request = 0; request < 5_000; request++)
        {
            if (reservoir.Draw(ShapeLimits.PerTenantMax, Now) is >= 0 and var place)
            {
                reservoir.Keep(place, Shape with { SizeBucket = request / 1_000 }, Now);
            }
        }

        var kept = reservoir.Read(Now);
        kept.Count.ShouldBe(20);
        kept.Sum(shape => shape.Weight).ShouldBe(5_000, tolerance: 1);
        kept.Select(shape => shape.SizeBucket).Distinct().Count().ShouldBeGreaterThan(1);
    }

    [Fact]
    public void Reservoir_AfterADay_ForgetsWhatIsOld()
    {
        var reservoir = new TenantReservoir();
        reservoir.Keep(reservoir.Draw(20, Now), Shape, Now);

        reservoir.Read(Now + ShapeLimits.Age).ShouldHaveSingleItem();
        reservoir.Read(Now + ShapeLimits.Age + TimeSpan.FromSeconds(1)).ShouldBeEmpty();
    }
}
