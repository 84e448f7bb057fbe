using System.Globalization;
using System.Text.Json;

namespace GlobalGateway.Cli.Watching;

/// <summary>Amounts of budgets and usage as people read them.</summary>
internal static class AmountText
{
    private const long NanoPerCent = 10_000_000;

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Cents, or as many places as tell a small amount from nothing.</summary>
    public static string Dollars(long nano) => $"{Number("nanoUsd", nano)} USD";

    /// <summary>The amount of one of an edge's units, without its name.</summary>
    public static string Number(string unit, long amount) => unit != "nanoUsd" ? Count(amount)
        : amount is 0 || Math.Abs(amount) >= NanoPerCent ? string.Create(CultureInfo.InvariantCulture, $"{amount / 1e9m:N2}")
        : string.Create(CultureInfo.InvariantCulture, $"{amount / 1e9m:0.00#######}");

    public static string Unit(string unit) => unit == "nanoUsd" ? "USD" : unit;

    /// <summary>Every unit of one of an edge's amounts, such as <c>50.00 USD, 1,000 tokens</c>.</summary>
    public static string Of(JsonElement amount)
    {
        var parts = amount.EnumerateObject().Select(unit => unit.Name == "nanoUsd" ? Dollars(unit.Value.GetInt64()) : $"{Count(unit.Value.GetInt64())} {unit.Name}");
        return string.Join(", ", parts);
    }

    /// <summary>The largest share of a unit that is used; nothing where there is no limit to compare with.</summary>
    public static double Share(JsonElement spent, JsonElement limit)
    {
        var most = 0.0;
        foreach (var unit in limit.EnumerateObject())
        {
            var (used, of) = (spent.TryGetProperty(unit.Name, out var value) ? value.GetInt64() : 0, unit.Value.GetInt64());
            most = Math.Max(most, of > 0 ? (double)used / of : used > 0 ? 1 : 0);
        }

        return most;
    }
}
