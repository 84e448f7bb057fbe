using System.Diagnostics;
using System.Net;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Config.Edges;

[Collection(SharedEdgeFleet.Name)]
public sealed class RevokedKeyTests(EdgeFleet fleet)
{
    private static readonly TimeSpan RefusedWithin = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Key_Revoked_IsRefusedEverywhereWithinFiveSecondsAndWhateverHappensAfterwards()
    {
        await EditAsync();
        await using var client = new LeakedKeyClient(fleet);
        await client.UntilEachAnswersAsync(HttpStatusCode.OK, 0);

        var asked = Stopwatch.GetTimestamp();
        (await fleet.PostAsync("/api/v1/revocations", new { keys = new[] { EdgeFleet.LeakedHash }, reason = "it is on a public page" })).GetProperty("state").GetString().ShouldBe("done");
        var refused = await client.UntilEachAnswersAsync(HttpStatusCode.Unauthorized, asked);
        var took = Stopwatch.GetElapsedTime(asked, refused);
        TestContext.Current.SendDiagnosticMessage($"refused by the last of {EdgeFleet.Edges.Count} edges after {took.TotalMilliseconds:0} ms");
        took.ShouldBeLessThan(RefusedWithin);

        // The revision before holds the key, too.
        var revision = await ServingAsync();
        await fleet.PostAsync("/api/v1/rollback", new { });
        await Eventually.HoldsAsync(async () => await ServingAsync() != revision);
        await fleet.SettledAsync();
        await client.UntilEachAnswersAsync(HttpStatusCode.Unauthorized, Stopwatch.GetTimestamp());

        await Task.WhenAll(EdgeFleet.Edges.Select(fleet.Fleet.KillAsync));
        await Task.WhenAll(EdgeFleet.Edges.Select(fleet.Fleet.RestartAsync));
        await client.UntilEachAnswersAsync(HttpStatusCode.Unauthorized, Stopwatch.GetTimestamp());

        await fleet.Fleet.KillAsync(EdgeFleet.ControlPlane);
        await Task.WhenAll(fleet.RestartWithoutDiskAsync("us-east-2"), fleet.RestartWithoutDiskAsync("eu-west"));
        await client.UntilEachAnswersAsync(HttpStatusCode.Unauthorized, Stopwatch.GetTimestamp());

        client.LetInAfter(refused).ShouldBeEmpty();
        await fleet.Fleet.RestartAsync(EdgeFleet.ControlPlane);
        await fleet.SettledAsync();
    }

    private async Task EditAsync()
    {
        var before = await ServingAsync();
        fleet.Edit();
        await Eventually.HoldsAsync(async () => await ServingAsync() != before);
        await fleet.SettledAsync();
    }

    private async Task<string> ServingAsync() => (await fleet.GetAsync("/api/v1/status")).GetProperty("serving").GetProperty("revision").GetString()!;
}
