using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Config.Edges;

/// <summary>
/// Each edge is asked itself what it serves, some fifty times a second, while the API that <c>gg edges</c> prints is asked, too, and rollouts go
/// through whose edges are killed, restarted and put to sleep. An answer of the API is correct when for each edge
/// <list type="bullet">
/// <item>the revision and the pointer that it shows are what the edge itself said at some moment between the age shown and the answer (or a pointer
/// that came and went between two looks); a pointer of 0 says nothing yet;</item>
/// <item>an edge that has said the same for two seconds, and follows the control plane, is shown as connected, with that, as of 6 s ago at most;</item>
/// <item>an edge whose process has been dead for two seconds is shown as not connected, one asleep from 15 s on, and the age shown is not below the
/// time that it has been gone, but for two seconds in which its last words may wait to be read;</item>
/// <item>it is <c>unknown</c> when it is not connected and the age is above 15 s, and only then.</item>
/// </list>
/// </summary>
[Collection(SharedEdgeFleet.Name)]
public sealed class ShownEdgesTests(EdgeFleet fleet)
{
    private const int RolloutsMin = 8;

    [Fact]
    public async Task Edges_WhileRolloutsGoThroughAndEdgesComeAndGo_AreShownAsTheyAre()
    {
        var diaries = EdgeFleet.Edges.Select(edge => new EdgeDiary { Edge = edge }).ToDictionary(diary => diary.Edge, StringComparer.Ordinal);
        var shown = new ConcurrentQueue<(string Edge, EdgeShown Shown)>();
        using var stop = new CancellationTokenSource();
        var keeping = Task.WhenAll(diaries.Values.Select(diary => diary.KeepAsync(fleet, stop.Token)).Append(KeepAsync(shown, stop.Token)));
        var first = await NumberAsync();

        await RollOutAsync(2);
        await Task.WhenAll(RollOutAsync(2), AwayAsync(diaries["us-east-2"], AbsenceKind.Dead, TimeSpan.FromSeconds(2)));
        await Task.WhenAll(RollOutAsync(1), AwayAsync(diaries["us-east"], AbsenceKind.Dead, TimeSpan.FromMilliseconds(300)));
        await Task.WhenAll(RollOutAsync(1), AwayAsync(diaries["eu-west-2"], AbsenceKind.Asleep, TimeSpan.FromSeconds(17)), AwayAsync(diaries["us-east-2"], AbsenceKind.Dead, TimeSpan.FromSeconds(16)));
        await RollOutAsync(2);
        await Task.Delay(TimeSpan.FromSeconds(1));

        await stop.CancelAsync();
        await keeping;
        var wrong = shown.Select(one => (one.Edge, one.Shown, Why: EdgeVerdict.WhyNot(one.Shown, diaries[one.Edge]))).Where(one => one.Why is not null).ToList();
        var (rollouts, states) = (await NumberAsync() - first, shown.Select(one => $"{one.Edge} {one.Shown.Sequence}").Distinct().Count());
        TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture, $"{shown.Count} answers about an edge while {rollouts} rollouts went to {states} standings, {diaries.Values.Sum(diary => diary.Looks.Count)} looks: {wrong.Count} wrong"));
        wrong.Take(20).Select(one => $"{one.Edge}: {one.Why}").ShouldBeEmpty();
        shown.ShouldContain(one => one.Shown.State == "unknown");
        rollouts.ShouldBeGreaterThanOrEqualTo(RolloutsMin);
    }

    private async Task KeepAsync(ConcurrentQueue<(string, EdgeShown)> shown, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            var answer = await fleet.GetAsync("/api/v1/edges");
            var came = Stopwatch.GetTimestamp();
            foreach (var edge in answer.GetProperty("edges").EnumerateArray())
            {
                shown.Enqueue((fleet.Name(edge), new EdgeShown(
                    asked,
                    came,
                    edge.GetProperty("connected").GetBoolean(),
                    edge.GetProperty("state").GetString()!,
                    edge.TryGetProperty("revision", out var revision) ? revision.GetString() : null,
                    edge.GetProperty("sequence").GetInt64(),
                    TimeSpan.FromSeconds(edge.GetProperty("lastSeenSeconds").GetDouble()))));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(30), CancellationToken.None);
        }
    }

    private Task AwayAsync(EdgeDiary diary, AbsenceKind kind, TimeSpan time)
    {
        var process = fleet.Fleet.Process(diary.Edge);
        return kind == AbsenceKind.Dead
            ? diary.AwayAsync(kind, () => fleet.Fleet.KillAsync(diary.Edge), time, () => fleet.Fleet.RestartAsync(diary.Edge))
            : diary.AwayAsync(kind, () => Done(process.Pause), time, () => Done(process.Resume));
    }

    /// <summary>One after the other, each to its end, whichever that is: where an edge is killed under it, it goes back.</summary>
    private async Task RollOutAsync(int times)
    {
        for (var time = 0; time < times; time++)
        {
            var before = await NumberAsync();
            fleet.Edit();
            await Eventually.HoldsAsync(async () => await NewestAsync() is var newest && newest.GetProperty("number").GetInt64() > before && newest.GetProperty("status").GetString() is not ("running" or "paused"));
        }
    }

    private async Task<long> NumberAsync() => (await NewestAsync()).GetProperty("number").GetInt64();

    private async Task<System.Text.Json.JsonElement> NewestAsync() => (await fleet.GetAsync("/api/v1/rollouts?limit=1")).GetProperty("rollouts")[0];

    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }
}
