using System.Globalization;
using System.Text.Json;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Watching;

namespace GlobalGateway.Cli.Budgets;

/// <summary>Writes where one budget or all of them stand.</summary>
internal static class BudgetShow
{
    public static async Task<int> RunAsync(string stateDirectory, string? budget, bool json, CancellationToken cancellation)
    {
        using var fleet = FleetOperator.Of(stateDirectory);
        using var answer = await fleet.GetAsync(budget is null ? "/budgets" : PathOf(budget), cancellation);
        if (json)
        {
            Json.Write(writer =>
            {
                foreach (var member in answer.RootElement.EnumerateObject())
                {
                    member.WriteTo(writer);
                }
            });
        }
        else if (budget is null)
        {
            WriteAll(Console.Out, answer.RootElement.GetProperty("budgets"));
        }
        else
        {
            WriteOne(Console.Out, answer.RootElement);
        }

        return ExitCode.Done;
    }

    public static string PathOf(string budget) => $"/budgets?budget={Uri.EscapeDataString(budget)}";

    public static void WriteAll(TextWriter output, JsonElement budgets)
    {
        if (budgets.GetArrayLength() == 0)
        {
            output.WriteLine("no Budget is configured");
            return;
        }

        var table = new TextTable(("budget", false), ("applies to", false), ("spent", true), ("of", true), ("", true), ("resets", false));
        foreach (var budget in budgets.EnumerateArray())
        {
            var limit = budget.GetProperty("limit");
            var known = budget.TryGetProperty("spent", out var spent);
            table.Add(
                budget.GetProperty("name").GetString()!, Owner(budget), known ? AmountText.Of(spent) : "-", AmountText.Of(limit),
                known ? Percent(AmountText.Share(spent, limit)) : "", known ? Time(budget.GetProperty("resetsAt")) : "not spent from this edge yet");
        }

        table.Write(output);
    }

    public static void WriteOne(TextWriter output, JsonElement budget)
    {
        var (spent, limit) = (budget.GetProperty("spent"), budget.GetProperty("limit"));
        output.WriteLine($"{budget.GetProperty("name").GetString()} ({Owner(budget)}): {AmountText.Of(spent)} of {AmountText.Of(limit)} spent, {Percent(AmountText.Share(spent, limit))}; resets {Time(budget.GetProperty("resetsAt"))}");
        WriteRegions(output, budget.GetProperty("regions"), limit);
        foreach (var region in budget.GetProperty("regions").EnumerateArray())
        {
            foreach (var epoch in region.GetProperty("epochs").EnumerateArray())
            {
                var holders = epoch.GetProperty("holders").GetArrayLength();
                output.WriteLine($"  {region.GetProperty("region").GetString()} epoch {epoch.GetProperty("epoch").GetInt32()}: {epoch.GetProperty("state").GetString()}, {AmountText.Of(epoch.GetProperty("granted"))} granted, {holders} holder{(holders == 1 ? "" : "s")}");
            }
        }

        foreach (var region in budget.GetProperty("unread").EnumerateArray())
        {
            output.WriteLine($"! the log of {region.GetString()} cannot be read; what it spent is missing above");
        }

        if (budget.GetProperty("estimated").EnumerateObject().Any(unit => unit.Value.GetInt64() > 0))
        {
            output.WriteLine($"  of what is spent, {AmountText.Of(budget.GetProperty("estimated"))} are estimates: no provider said what those calls used");
        }
    }

    /// <summary>A line per region and unit: several units in one cell are too wide for a terminal.</summary>
    private static void WriteRegions(TextWriter output, JsonElement regions, JsonElement limit)
    {
        string[] parts = ["share", "received", "given", "used", "held", "available"];
        var table = new TextTable(("region", false), ("share", true), ("received", true), ("given", true), ("used", true), ("held", true), ("left", true), ("", false));
        foreach (var region in regions.EnumerateArray())
        {
            var generation = region.GetProperty("generation").GetInt32();
            var name = $"{region.GetProperty("region").GetString()}{(generation > 1 ? $" (generation {generation})" : "")}";
            foreach (var unit in limit.EnumerateObject().Select(unit => unit.Name))
            {
                table.Add([name, .. parts.Select(part => AmountText.Number(unit, region.GetProperty(part).GetProperty(unit).GetInt64())), AmountText.Unit(unit)]);
                name = "";
            }
        }

        table.Write(output);
    }

    private static string Owner(JsonElement budget)
    {
        var parts = new List<string>();
        foreach (var part in (string[])["tenant", "team", "key"])
        {
            if (budget.GetProperty(part).GetString() is { } name)
            {
                parts.Add(part == "tenant" ? name : $"{part} {name}");
            }
        }

        return parts.Count == 0 ? "everyone" : string.Join(", ", parts);
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(share * 100)} %");

    private static string Time(JsonElement time) => time.GetDateTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
