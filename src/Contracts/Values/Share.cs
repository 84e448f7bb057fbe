using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GlobalGateway.Contracts.Values;

/// <summary>A part of a whole, written <c>10%</c>, <c>+0.1%</c> or <c>0.1</c>; at most eight decimals.</summary>
public static class Share
{
    public static bool TryParse(string text, out double share)
    {
        share = 0;
        var percent = text.EndsWith('%');
        var digits = percent ? text.AsSpan(0, text.Length - 1) : text;
        if (!decimal.TryParse(
                digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || Math.Abs(number) > 1_000_000)
        {
            return false;
        }

        number = percent ? number / 100 : number;
        if (number != decimal.Round(number, 8))
        {
            return false;
        }

        share = (double)number;
        return true;
    }

    public static string Format(double share) =>
        ((decimal)share * 100).ToString("0.######", CultureInfo.InvariantCulture) + "%";
}

internal sealed class ShareConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Share.TryParse(reader.GetString() ?? "", out var share) ? share : throw new JsonException("not a share such as \"10%\"");

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Share.Format(value));
}
