using System.CommandLine;
using System.Text.Json;
using GlobalGateway.Cli.Api;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Watching;

namespace GlobalGateway.Cli.Usage;

/// <summary><c>gg usage TENANT</c>: what a tenant used, added up or call by call.</summary>
internal static class UsageCommand
{
    private static readonly string[] Filters = ["team", "key", "model", "provider", "region"];

    public static Command Create()
    {
        var tenant = new Argument<string>("TENANT") { Description = "Whose usage." };
        var from = new Option<string?>("--from") { Description = "From when on, in UTC: 2026-11-01 or 2026-11-01T12:00:00Z. [default: the first of this month]", HelpName = "TIME" };
        var until = new Option<string?>("--until") { Description = "Until when, exclusive. [default: now]", HelpName = "TIME" };
        var by = new Option<string>("--by") { Description = "What tells rows apart: some of day, hour, model, provider, region, team, key, with commas.", HelpName = "COLUMNS", DefaultValueFactory = _ => "day,model" };
        var events = new Option<bool>("--events") { Description = "Every call instead of sums." };
        var csv = new Option<bool>("--csv") { Description = "Comma-separated values, for spreadsheets." };
        var filters = Filters.Select(name => new Option<string?>($"--{name}") { Description = $"Only this {name}.", HelpName = "NAME" }).ToArray();
        var api = new ApiOptions();
        var output = new OutputOption();
        var command = new GgCommand("usage", "Says what a tenant used: requests, tokens and dollars, in all regions.",
            "gg usage acme", "gg usage acme --from 2026-11-01 --by provider,key --csv > acme.csv", "gg usage acme --api https://control-plane.example:7400 --token-file ~/.gg/token") { tenant, from, until, by, events, csv, output };
        foreach (var filter in filters)
        {
            command.Add(filter);
        }

        api.AddTo(command);
        command.SetAction(async (call, cancellation) =>
        {
            var query = new List<(string, string?)> { ("tenant", call.GetValue(tenant)), ("from", call.GetValue(from)), ("until", call.GetValue(until)) };
            query.AddRange(filters.Select(filter => (filter.Name.TrimStart('-'), call.GetValue(filter))));
            var run = new UsageRun(query, call.GetValue(by)!, call.GetValue(events), call.GetValue(csv) ? UsageForm.Csv : output.IsJson(call) ? UsageForm.Json : UsageForm.Text);
            using var report = await FetchAsync(api, call, run.Path, cancellation);
            return run.Write(report.RootElement);
        });
        return command;
    }

    /// <summary>From a control plane where one is named; else from the edges of the fleet on this machine, which answer without control planes.</summary>
    private static async Task<JsonDocument> FetchAsync(ApiOptions api, ParseResult call, string path, CancellationToken cancellation)
    {
        if (api.IsNamed(call))
        {
            using var client = api.Open(call);
            return JsonSerializer.SerializeToDocument(await client.GetAsync(path, cancellation));
        }

        using var fleet = FleetOperator.Of(api.DirectoryOf(call));
        return await fleet.GetAsync(path, cancellation);
    }
}
