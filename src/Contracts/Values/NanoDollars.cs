using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GlobalGateway.Contracts.Values;

/// <summary>An exact amount of money in billionths of a US dollar, written <c>0.15 USD</c>.</summary>
[JsonConverter(typeof(NanoDollarsConverter))]
public readonly record struct NanoDollars(long Value)
{
    public const long PerDollar = 1_000_000_000;

    /// <summary>Reads <c>0.15 USD</c>; at most nine decimals, not negative, at most 9.2 billion dollars.</summary>
    public static bool TryParse(string text, out NanoDollars amount)
    {
        amount = default;
        if (!text.EndsWith(" USD", StringComparison.Ordinal)
            || !decimal.TryParse(text.AsSpan(0, text.Length - 4), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var dollars))
        {
            return false;
        }

        if (dollars > long.MaxValue / PerDollar)
        {
            return false;
        }

        var nanos = dollars * PerDollar;
        if (nanos != decimal.Truncate(nanos))
        {
            return false;
        }

        amount = new NanoDollars((long)nanos);
        return true;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(decimal)Value / PerDollar:0.#########} USD");
}

internal sealed class NanoDollarsConverter : JsonConverter<NanoDollars>
{
    public override NanoDollars Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        NanoDollars.TryParse(reader.GetString() ?? "", out var amount) ? amount : throw new JsonException("not an amount such as \"0.15 USD\"");

    public override void Write(Utf8JsonWriter writer, NanoDollars value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
