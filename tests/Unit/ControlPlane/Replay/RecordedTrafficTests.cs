using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GlobalGateway.ControlPlane.Api;
using GlobalGateway.Testing;
using GlobalGateway.Unit.EdgeNode;
using GlobalGateway.Unit.EdgeNode.Configuration;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ControlPlane.Replay;

/// <summary>A change is tried on what real edges have on record, over their peer listeners.</summary>
public sealed class RecordedTrafficTests : IAsyncLifetime
{
    private readonly ControlPlaneHost _plane = new();
    private readonly HttpClient _client = new();

    public async ValueTask InitializeAsync()
    {
        _plane.Save(ConfigStreamTests.With("fast"));
        await _plane.StartAsync();
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ControlPlaneHost.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _plane.DisposeAsync();
    }

    [Fact]
    public async Task Plan_IsTriedOnTheRequestsOfEveryEdge()
    {
        await using var first = await _plane.StartAskableEdgeAsync("edge-1");
        await using var second = await _plane.StartAskableEdgeAsync("edge-2");
        using var answers = await first.ChatAsync(stream: false);
        using var other = await second.ChatAsync(stream: false);
        using var again = await second.ChatAsync(stream: false);

        (await PlanAsync(ConfigStreamTests.With("fast", "smart"))).ShouldBe("3 recorded requests: all decided as before");
        (await PlanAsync(ConfigStreamTests.With("fast", "smart").Replace("models: [\"*\"]", "models: [smart]", StringComparison.Ordinal)))
            .ShouldStartWith("3 of 3 requests would now be denied: tenant t, model fast");
    }

    [Fact]
    public async Task Plan_WithAnEdgeThatDoesNotTell_IsTriedOnThoseOfTheOthers()
    {
        await using var silent = await _plane.StartEdgeAsync("edge-1");
        await using var telling = await _plane.StartAskableEdgeAsync("edge-2");
        using var unheard = await silent.ChatAsync(stream: false);
        using var heard = await telling.ChatAsync(stream: false);

        (await PlanAsync(ConfigStreamTests.With("fast", "smart"))).ShouldBe("1 recorded requests: all decided as before");
    }

    private async Task<string?> PlanAsync(string resources)
    {
        using var response = await _client.PostAsJsonAsync(
            $"{_plane.ApiUrl}{ApiExtensions.Root}/plan", new { folder = "", files = new[] { new { path = "all.yaml", text = resources } } }, TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.IsSuccessStatusCode.ShouldBeTrue(answer);
        return JsonNode.Parse(answer)!["summary"]?.GetValue<string>();
    }
}
