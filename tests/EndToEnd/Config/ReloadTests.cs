using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.EndToEnd.Config;

[Collection(ConfigFleetTests.Name)]
public sealed class ReloadTests(ConfigFleet fleet) : IDisposable
{
    private const int EditCount = 50;
    private const int Streams = 200;
    private const int Reloads = 20;

    // Long enough to be running across all reloads; each piece comes alone, so a cut would show.
    private const int PieceCount = 220;
    private const int PieceLetters = 6;
    private const int PiecesPerSecond = 10;

    private static readonly TimeSpan ReachMax = TimeSpan.FromSeconds(1);

    private readonly Regional _regions = new(fleet);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _regions.Dispose();

    [Fact]
    public async Task Edit_Saved_IsSeenByClientsOfEveryRegionWithinASecond() =>
        (await Quickest.OfAsync(ReachMax, EditAllAsync)).ShouldBeLessThan(ReachMax);

    /// <returns>The 99th percentile of the time from a save to a client's answer in the last region.</returns>
    private async Task<TimeSpan> EditAllAsync()
    {
        var reached = new List<TimeSpan>();
        for (var number = 0; number < EditCount; number++)
        {
            var edit = Edits.Numbered(number);
            fleet.Save(edit.Resources);
            var saved = Stopwatch.GetTimestamp();
            await _regions.SeenEverywhereAsync(edit, Cancel);
            reached.Add(Stopwatch.GetElapsedTime(saved));
        }

        await _regions.RestoreAsync(Cancel);
        var sorted = reached.Order().ToList();
        var slowest = reached.IndexOf(sorted[^1]);
        Print($"{EditCount} edits, from save to a client's answer in all {ConfigFleet.Regions.Count} regions: "
            + $"p50 {sorted[EditCount / 2].TotalMilliseconds:0} ms, p90 {sorted[EditCount * 9 / 10].TotalMilliseconds:0} ms, "
            + $"p99 {sorted[^1].TotalMilliseconds:0} ms (the slowest, edit {slowest + 1}: {Edits.Numbered(slowest).Name})");
        return sorted[^1];
    }

    [Fact]
    public void Edge_LocalFiles_NameNoConfiguration()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(fleet.Fleet.Options.StateDirectory, "edges"), "edge.json", SearchOption.AllDirectories))
        {
            File.ReadAllText(file).ShouldNotContain("gitops");
        }
    }

    [Fact]
    public async Task Edit_Broken_ReachesNoEdgeAndIsShownWhole()
    {
        var before = Edits.Numbered(0);
        fleet.Save(before.Resources);
        await _regions.SeenEverywhereAsync(before, Cancel);
        var serving = (await _regions.StatusAsync(Regional.AllAcknowledge, Cancel)).GetProperty("serving").ToString();

        fleet.Save(before.Resources.Replace("value: \"0\"", "value: \"broken\"", StringComparison.Ordinal)
            .Replace("methods:", "method:", StringComparison.Ordinal).Replace("http://simulator", "ftp://simulator", StringComparison.Ordinal));
        var status = await _regions.StatusAsync(status => status.GetProperty("source").GetProperty("state").GetString() == "invalid", Cancel);

        var errors = status.GetProperty("source").GetProperty("errors").EnumerateArray().ToList();
        errors.Select(error => error.GetProperty("path").GetString()).ShouldBe(["spec.match.method", "spec.service.endpoints[0].url"]);
        errors.ShouldAllBe(error => error.GetProperty("file").GetString()!.EndsWith("edited-by-test.yaml", StringComparison.Ordinal) && error.GetProperty("line").GetInt32() > 0);
        status.GetProperty("serving").ToString().ShouldBe(serving);
        foreach (var region in ConfigFleet.Regions)
        {
            (await before.Probe(_regions[region], Cancel)).ShouldBe(before.Expected);
        }

        await _regions.RestoreAsync(Cancel);
    }

    [Fact]
    public async Task Streams_AcrossReloadsOfTheirRoute_AllCompleteWhole()
    {
        var first = Edits.ModelTarget("openai", 0);
        fleet.Save(first.Resources);
        await _regions.SeenEverywhereAsync(first, Cancel);
        var started = new CountdownEvent(Streams);
        var running = Streams;
        var streams = Enumerable.Range(0, Streams).Select(async number =>
        {
            try
            {
                return await StreamAsync(_regions[ConfigFleet.Regions[number % ConfigFleet.Regions.Count]], TextOf(number), () => started.Signal());
            }
            finally
            {
                Interlocked.Decrement(ref running);
            }
        }).ToList();
        await Task.Run(() => started.Wait(TimeSpan.FromSeconds(30), Cancel), Cancel);
        started.IsSet.ShouldBeTrue();

        for (var number = 1; number <= Reloads; number++)
        {
            var edit = Edits.ModelTarget(number % 2 == 0 ? "openai" : "azure-openai", number);
            fleet.Save(edit.Resources);
            await _regions.SeenEverywhereAsync(edit, Cancel);
        }

        var across = Volatile.Read(ref running);
        var ends = await Task.WhenAll(streams);
        await _regions.RestoreAsync(Cancel);

        var whole = ends.Where((end, number) => end == TextOf(number) + "[stop][DONE]").Count();
        Print($"{whole} of {Streams} streams complete and whole; {across} were running across all {Reloads} reloads");
        across.ShouldBe(Streams);
        whole.ShouldBe(Streams, string.Join('\n', ends.Where((end, number) => end != TextOf(number) + "[stop][DONE]").Take(3)));
    }

    /// <summary>What a client reads of one stream: the text, then how it ended.</summary>
    private static async Task<string> StreamAsync(HttpClient client, string text, Action onFirst)
    {
        var prompt = $"[[tps={PiecesPerSecond}]][[flush]][[say={text}]]";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(
                $$"""{"model":"fast","stream":true,"messages":[{"role":"user","content":"{{prompt}}"}]}""", System.Text.Encoding.UTF8, "application/json"),
        };
        var read = new System.Text.StringBuilder();
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
            response.EnsureSuccessStatusCode();
            onFirst();
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
            while (await lines.ReadLineAsync(Cancel) is { } line)
            {
                if (line == "data: [DONE]")
                {
                    read.Append("[DONE]");
                }
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    using var chunk = JsonDocument.Parse(line["data: ".Length..]);
                    Append(read, chunk.RootElement);
                }
            }
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or JsonException)
        {
            read.Append(CultureInfo.InvariantCulture, $"[{problem.Message}]");
        }

        return read.ToString();
    }

    private static void Append(System.Text.StringBuilder read, JsonElement chunk)
    {
        foreach (var choice in chunk.GetProperty("choices").EnumerateArray())
        {
            if (choice.GetProperty("delta").TryGetProperty("content", out var content))
            {
                read.Append(content.GetString());
            }

            if (choice.TryGetProperty("finish_reason", out var reason) && reason.ValueKind == JsonValueKind.String)
            {
                read.Append(CultureInfo.InvariantCulture, $"[{reason.GetString()}]");
            }
        }
    }

    private static string TextOf(int number) =>
        string.Concat(Enumerable.Range(0, PieceCount).Select(piece => $"{(number * 1_000) + piece:x5} "[..PieceLetters]));

    private static void Print(string line) => Console.WriteLine(line);
}
