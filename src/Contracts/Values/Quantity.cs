using System.Globalization;

namespace GlobalGateway.Contracts.Values;

/// <summary>Whole numbers as people write them: <c>200</c>, <c>2k</c>, <c>200M</c>, <c>1.5G</c>, and bytes as <c>64KiB</c>, <c>10MiB</c>, <c>1GiB</c>.</summary>
public static class Quantity
{
    private static readonly (string Unit, long Factor)[] Counts = [("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000), ("", 1)];
    private static readonly (string Unit, long Factor)[] Sizes = [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("", 1)];

    public static bool TryParseCount(string text, out long count) => TryParse(text, Counts, out count);

    public static bool TryParseBytes(string text, out long bytes) => TryParse(text, Sizes, out bytes);

    /// <summary>The largest binary unit that leaves a whole number.</summary>
    public static string FormatBytes(long bytes) => bytes switch
    {
        > 0 when bytes % (1L << 30) == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 30}GiB"),
        > 0 when bytes % (1L << 20) == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20}MiB"),
        > 0 when bytes % (1L << 10) == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 10}KiB"),
        _ => bytes.ToString(CultureInfo.InvariantCulture),
    };

    private static bool TryParse(string text, (string Unit, long Factor)[] units, out long value)
    {
        value = 0;
        foreach (var (unit, factor) in units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal))
            {
                continue;
            }

            if (!decimal.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                || number > long.MaxValue / factor
                || number * factor != decimal.Truncate(number * factor))
            {
                return false;
            }

            value = (long)(number * factor);
            return true;
        }

        return false;
    }
}
