using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using GlobalGateway.LocalFleet.Records;

namespace GlobalGateway.Cli.Watching;

/// <summary>Asks one edge again and again what it does.</summary>
internal sealed class EdgeWatch(RecordedProcess edge, HttpClient http)
{
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(5);

    private readonly Queue<(long At, Traffic Traffic)> _seen = new();

    public async Task<EdgeView> LookAsync(CancellationToken cancellation)
    {
        if (!edge.Identity.IsAlive)
        {
            return View("ended", null, default, "");
        }

        try
        {
            using var status = JsonDocument.Parse(await http.GetStringAsync(new Uri($"http://{edge.Management}/status"), cancellation));
            var rates = Rates(Traffic.Read(await http.GetStringAsync(new Uri($"http://{edge.Management}/metrics"), cancellation)));
            return View(StateOf(status.RootElement), Text(status.RootElement, "revision"), rates, NoteOf(status.RootElement));
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return View("silent", null, default, "");
        }
    }

    private EdgeView View(string state, string? revision, TrafficRates rates, string note) =>
        new(edge.Name, edge.Address, state, revision is { Length: > 7 } ? revision[..7] : revision, rates, note);

    /// <summary>Over the last seconds, so that a quiet second does not read as an outage.</summary>
    private TrafficRates Rates(Traffic now)
    {
        var at = Stopwatch.GetTimestamp();
        _seen.Enqueue((at, now));
        while (_seen.Count > 2 && Stopwatch.GetElapsedTime(_seen.Peek().At, at) > RateWindow)
        {
            _seen.Dequeue();
        }

        var (since, earlier) = _seen.Peek();
        return since == at ? default : now.Since(earlier, Stopwatch.GetElapsedTime(since, at));
    }

    private static string StateOf(JsonElement status) => Text(status, "state") switch
    {
        "serving" => "ready",
        "no configuration" => "starting",
        { } other => other,
        null => "silent",
    };

    private static string NoteOf(JsonElement status)
    {
        if (Text(status, "state") == "draining" && status.TryGetProperty("requestsInFlight", out var inFlight))
        {
            return string.Create(CultureInfo.InvariantCulture, $"{inFlight.GetInt64()} requests left");
        }

        if (!status.TryGetProperty("degraded", out var degraded) || degraded.GetArrayLength() == 0)
        {
            return "";
        }

        var more = degraded.GetArrayLength() - 1;
        return $"{Text(degraded[0], "name")} {Text(degraded[0], "why")}{(more > 0 ? $" and {more} more" : "")}";
    }

    private static string? Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
