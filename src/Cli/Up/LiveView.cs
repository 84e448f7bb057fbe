using GlobalGateway.Cli.Watching;
using GlobalGateway.LocalFleet;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Records;
using Spectre.Console;

namespace GlobalGateway.Cli.Up;

/// <summary>Shows a running fleet until it is asked to stop: a table that changes on a terminal, a line per change elsewhere.</summary>
internal sealed class LiveView(Fleet fleet, FleetRecord record)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly HashSet<string> _reported = [];

    public async Task ShowAsync(CancellationToken cancellation)
    {
        using var http = FleetHttp.Create(TimeSpan.FromMilliseconds(800));
        var edges = record.Processes.Where(process => process.Role == PartRole.Edge).Select(edge => new EdgeWatch(edge, http)).ToArray();
        if (Console.IsOutputRedirected || Environment.GetEnvironmentVariable("TERM") is null or "dumb")
        {
            await ShowLinesAsync(edges, http, cancellation);
        }
        else
        {
            await ShowTableAsync(edges, http, cancellation);
        }
    }

    private async Task ShowTableAsync(EdgeWatch[] edges, HttpClient http, CancellationToken cancellation)
    {
        // Spectre holds the screen while a table is live; lines about ended processes go above it, so the table is begun anew.
        while (true)
        {
            string[] ended = [];
            await AnsiConsole.Live(new Text("")).AutoClear(true).StartAsync(async screen =>
            {
                while (ended.Length == 0)
                {
                    screen.UpdateTarget(RegionTable.Of(await LookAsync(edges, cancellation), await SourceAsync(http, cancellation)));
                    await Task.Delay(LookEvery, cancellation);
                    ended = NewlyEnded();
                }
            });
            foreach (var line in ended)
            {
                Console.WriteLine($"✗ {line}");
            }
        }
    }

    private async Task ShowLinesAsync(EdgeWatch[] edges, HttpClient http, CancellationToken cancellation)
    {
        var last = new Dictionary<string, string>();
        var lastErrors = "";
        while (true)
        {
            foreach (var edge in await LookAsync(edges, cancellation))
            {
                var now = $"{edge.Region} {edge.State} rev {edge.Revision ?? "-"}{(edge.Note.Length > 0 ? $" {edge.Note}" : "")}";
                if (last.TryGetValue(edge.Region, out var before) && before != now)
                {
                    Console.WriteLine($"{DateTimeOffset.UtcNow:yyyy-MM-dd'T'HH:mm:ss'Z'} {now}");
                }

                last[edge.Region] = now;
            }

            var source = await SourceAsync(http, cancellation);
            var errors = string.Join('\n', source?.Errors ?? []);
            if (source is not null && errors != lastErrors)
            {
                foreach (var error in source.Errors)
                {
                    Console.WriteLine($"{DateTimeOffset.UtcNow:yyyy-MM-dd'T'HH:mm:ss'Z'} ✗ {error}");
                }

                lastErrors = errors;
            }

            foreach (var line in NewlyEnded())
            {
                Console.WriteLine($"{DateTimeOffset.UtcNow:yyyy-MM-dd'T'HH:mm:ss'Z'} ✗ {line}");
            }

            await Task.Delay(LookEvery, cancellation);
        }
    }

    private Task<SourceView?> SourceAsync(HttpClient http, CancellationToken cancellation) =>
        SourceView.LookAsync(record, fleet.Options.StateDirectory, http, cancellation);

    private static Task<EdgeView[]> LookAsync(EdgeWatch[] edges, CancellationToken cancellation) =>
        Task.WhenAll(edges.Select(edge => edge.LookAsync(cancellation)));

    private string[] NewlyEnded() =>
        [.. fleet.Processes.Where(process => process.HasCrashed && _reported.Add(process.Plan.Name)).Select(process => process.DescribeEnd())];
}
