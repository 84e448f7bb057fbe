using System.Text.Json;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Watching;
using GlobalGateway.Contracts.Loading;

namespace GlobalGateway.Cli.Budgets;

/// <summary>What changes a budget's rights: it says what will happen and asks, unless told not to.</summary>
internal static class BudgetChange
{
    public static async Task<int> TransferAsync(
        string stateDirectory, string budget, string from, string to, IReadOnlyList<(string Unit, string? Amount)> amounts, bool yes, CancellationToken cancellation)
    {
        using var fleet = FleetOperator.Of(stateDirectory);
        Check(fleet, from);
        Check(fleet, to);
        var asked = amounts.Where(amount => amount.Amount is { Length: > 0 }).ToArray();
        if (asked.Length == 0)
        {
            throw new CommandException("Say how much: --usd, --tokens or --requests.", ExitCode.WrongCall);
        }

        using (var standing = await fleet.GetAsync(BudgetShow.PathOf(budget), cancellation))
        {
            var left = PartOf(standing.RootElement, from) is { } part ? AmountText.Of(part.GetProperty("available")) : "nothing";
            Console.WriteLine($"{from} gives {to} at most {string.Join(" and ", asked.Select(amount => $"{amount.Amount} {amount.Unit}"))} of {budget}; it has {left} that no edge holds.");
            Console.WriteLine("It cannot be undone but by a transfer back.");
        }

        if (!Confirmation.Asked(yes))
        {
            return ExitCode.Failed;
        }

        using var done = await fleet.PostAsync(
            from, $"/budgets/transfer?budget={Uri.EscapeDataString(budget)}&to={to}&{string.Join('&', asked.Select(amount => $"{amount.Unit}={Uri.EscapeDataString(amount.Amount!)}"))}", cancellation);
        var given = done.RootElement.GetProperty("given");
        var any = given.EnumerateObject().Any(unit => unit.Value.GetInt64() > 0);
        Console.WriteLine(any
            ? $"✓ {from} gave {to} {AmountText.Of(given)}; it has {AmountText.Of(done.RootElement.GetProperty("left"))} left"
            : $"✗ {from} had nothing to give: its edges hold the rest, or it is spent");
        return any ? ExitCode.Done : ExitCode.Failed;
    }

    public static async Task<int> CloseEpochAsync(string stateDirectory, string budget, string region, int epoch, bool yes, CancellationToken cancellation)
    {
        using var fleet = FleetOperator.Of(stateDirectory);
        Check(fleet, region);
        using (var standing = await fleet.GetAsync(BudgetShow.PathOf(budget), cancellation))
        {
            if (PartOf(standing.RootElement, region)?.GetProperty("epochs").EnumerateArray().FirstOrDefault(e => e.GetProperty("epoch").GetInt32() == epoch) is not { ValueKind: JsonValueKind.Object } found)
            {
                throw new CommandException($"{budget} has no open epoch {epoch} in {region}. \"gg budget show {budget}\" lists them.", ExitCode.WrongCall);
            }

            var silent = found.GetProperty("holders").EnumerateArray().Count(holder => !holder.GetProperty("final").GetBoolean());
            Console.WriteLine($"Epoch {epoch} of {budget} in {region}: {AmountText.Of(found.GetProperty("granted"))} granted, {silent} of its holders not done.");
            Console.WriteLine("Closing it charges all that was granted, flagged as estimated, and ends it for ever. What an edge still reports is booked.");
            Console.WriteLine("Do it only when the edges that held it are gone for good: those that live give back what they hold by themselves.");
        }

        return await AskAndDoAsync(fleet, region, $"/budgets/close-epoch?budget={Uri.EscapeDataString(budget)}&epoch={epoch}", done => $"epoch {epoch} is closed at {AmountText.Of(done.GetProperty("charged"))}", yes, cancellation);
    }

    public static async Task<int> OpenGenerationAsync(string stateDirectory, string region, int after, bool yes, CancellationToken cancellation)
    {
        using var fleet = FleetOperator.Of(stateDirectory);
        Check(fleet, region);
        Console.WriteLine($"Generation {after} of {region} is over for all budgets: what it was granted stays charged in full, and {region} begins with no rights.");
        Console.WriteLine("Its edges take the new generation when they are started again. It cannot be undone.");
        return await AskAndDoAsync(fleet, region, $"/budgets/open-generation?after={after}", done => $"{region} is in generation {done.GetProperty("generation").GetInt32()}; start its edges again", yes, cancellation);
    }

    public static async Task<int> ReclaimAsync(string stateDirectory, string budget, string region, int generation, bool yes, CancellationToken cancellation)
    {
        using var fleet = FleetOperator.Of(stateDirectory);
        Check(fleet, region);
        Console.WriteLine($"What generation {generation} of {region} left unspent of {budget} is given to its present one; its open epochs are closed and charged in full, flagged.");
        Console.WriteLine("Do it only when every edge of that generation has stopped for good: what one of them still used would be charged to nobody.");
        return await AskAndDoAsync(fleet, region, $"/budgets/reclaim?budget={Uri.EscapeDataString(budget)}&generation={generation}", done => $"{region} got back {AmountText.Of(done.GetProperty("reclaimed"))} of {budget}", yes, cancellation);
    }

    private static async Task<int> AskAndDoAsync(FleetOperator fleet, string region, string path, Func<JsonElement, string> say, bool yes, CancellationToken cancellation)
    {
        if (!Confirmation.Asked(yes))
        {
            return ExitCode.Failed;
        }

        using var done = await fleet.PostAsync(region, path, cancellation);
        Console.WriteLine($"✓ {say(done.RootElement)}");
        return ExitCode.Done;
    }

    private static JsonElement? PartOf(JsonElement budget, string region) =>
        budget.GetProperty("regions").EnumerateArray().LastOrDefault(part => part.GetProperty("region").GetString() == region) is { ValueKind: JsonValueKind.Object } part ? part : null;

    private static void Check(FleetOperator fleet, string region)
    {
        if (!fleet.Regions.Contains(region))
        {
            throw new CommandException($"No region \"{region}\" in this fleet ({string.Join(", ", fleet.Regions)}){Suggestion.For(region, fleet.Regions)}", ExitCode.WrongCall);
        }
    }
}
