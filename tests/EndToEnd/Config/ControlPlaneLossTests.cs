using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.EndToEnd.Config;

[Collection(ConfigFleetTests.Name)]
public sealed class ControlPlaneLossTests(ConfigFleet fleet) : IDisposable
{
    private const string ControlPlane = "control-plane";
    private const int RequestsBeforeLoss = 30;
    private const int RequestsAfterLoss = 300;

    private static readonly TimeSpan FromDiskMax = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(30);

    private readonly Regional _regions = new(fleet);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _regions.Dispose();

    [Fact]
    public async Task ControlPlane_Killed_NoRequestFails_AndARestartedEdgeServesFromDisk()
    {
        await _regions.RestoreAsync(Cancel);
        try
        {
            await LoseItUnderLoadAsync();
            await RestartAnEdgeAsync();
        }
        finally
        {
            await fleet.Fleet.RestartAsync(ControlPlane);
            await fleet.Fleet.WaitReadyAsync(ReadyLimit, cancellation: Cancel);
        }

        var edit = Edits.Numbered(1_000);
        fleet.Save(edit.Resources);
        await _regions.SeenEverywhereAsync(edit, Cancel);
        await _regions.RestoreAsync(Cancel);
    }

    private async Task LoseItUnderLoadAsync()
    {
        var outcomes = new ConcurrentBag<HttpStatusCode>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var load = ConfigFleet.Regions.Select(region => AskAsync(region, outcomes, stop.Token)).ToList();
        await Eventually.HoldsAsync(() => outcomes.Count > RequestsBeforeLoss);

        await fleet.Fleet.KillAsync(ControlPlane);
        var before = outcomes.Count;
        await Eventually.HoldsAsync(() => outcomes.Count > before + RequestsAfterLoss);
        await stop.CancelAsync();
        await Task.WhenAll(load);

        Console.WriteLine($"{outcomes.Count(status => status == HttpStatusCode.OK)} of {outcomes.Count} requests answered, {outcomes.Count - before} of them with the control plane gone");
        outcomes.ShouldAllBe(status => status == HttpStatusCode.OK);
    }

    private async Task RestartAnEdgeAsync()
    {
        var took = await Quickest.OfAsync(FromDiskMax, async () =>
        {
            await fleet.Fleet.KillAsync("eu-west");
            var started = Stopwatch.GetTimestamp();
            await fleet.Fleet.RestartAsync("eu-west");
            await Eventually.HoldsAsync(async () => await StatusOfAsync("eu-west") == HttpStatusCode.OK);
            return Stopwatch.GetElapsedTime(started);
        });
        Console.WriteLine($"an edge restarted without a control plane served after {took.TotalMilliseconds:0} ms");
        took.ShouldBeLessThan(FromDiskMax);
    }

    private async Task AskAsync(string region, ConcurrentBag<HttpStatusCode> outcomes, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            outcomes.Add(await StatusOfAsync(region));
        }
    }

    /// <summary>0 when there was no answer at all.</summary>
    private async Task<HttpStatusCode> StatusOfAsync(string region)
    {
        try
        {
            using var response = await _regions[region].PostAsJsonAsync(
                "/v1/chat/completions", new { model = "fast", messages = new[] { new { role = "user", content = "still there?" } } }, Cancel);
            await response.Content.ReadAsByteArrayAsync(Cancel);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }
}
