using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Values;

namespace GlobalGateway.Contracts.Canonical;

/// <summary><c>"month"</c>, or <c>{"every":"14d","from":"…"}</c>.</summary>
internal sealed class BudgetPeriodConverter : JsonConverter<BudgetPeriod>
{
    public override BudgetPeriod Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return EnumNames<PeriodUnit>.TryParse(reader.GetString()!, out var unit) && unit != PeriodUnit.Custom
                ? new BudgetPeriod { Unit = unit }
                : throw new JsonException("not a period");
        }

        var fields = FlatObject.Read(ref reader);
        return fields.Count == 2
            && Duration.TryParse(fields.GetValueOrDefault("every", ""), out var every)
            && DateTimeOffset.TryParse(fields.GetValueOrDefault("from", ""), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var from)
            ? new BudgetPeriod { Unit = PeriodUnit.Custom, From = from, Every = every }
            : throw new JsonException("not a period");
    }

    public override void Write(Utf8JsonWriter writer, BudgetPeriod value, JsonSerializerOptions options)
    {
        if (value.Unit != PeriodUnit.Custom)
        {
            writer.WriteStringValue(JsonNamingPolicy.CamelCase.ConvertName(value.Unit.ToString()));
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("every", Duration.Format(value.Every!.Value));
        writer.WriteString("from", value.From!.Value);
        writer.WriteEndObject();
    }
}

/// <summary><c>{"overdraft":"5 USD"}</c>; absent means deny.</summary>
internal sealed class OverdraftConverter : JsonConverter<NanoDollars>
{
    public override NanoDollars Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        FlatObject.Read(ref reader) is { Count: 1 } fields && NanoDollars.TryParse(fields.GetValueOrDefault("overdraft", ""), out var amount)
            ? amount
            : throw new JsonException("not an overdraft");

    public override void Write(Utf8JsonWriter writer, NanoDollars value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("overdraft", value.ToString());
        writer.WriteEndObject();
    }
}

/// <summary><c>["80%","95%"]</c>.</summary>
internal sealed class SharesConverter : JsonConverter<IReadOnlyList<double>>
{
    public override IReadOnlyList<double> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("not a list of shares");
        }

        var shares = new List<double>();
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            shares.Add(Share.TryParse(reader.GetString()!, out var share) ? share : throw new JsonException("not a share"));
        }

        return reader.TokenType == JsonTokenType.EndArray ? shares : throw new JsonException("not a list of shares");
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<double> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var share in value)
        {
            writer.WriteStringValue(Share.Format(share));
        }

        writer.WriteEndArray();
    }
}

/// <summary>An object whose values are all texts.</summary>
internal static class FlatObject
{
    public static Dictionary<string, string> Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("not an object");
        }

        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            fields[name] = reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException($"{name} is not text");
        }

        return reader.TokenType == JsonTokenType.EndObject ? fields : throw new JsonException("not an object");
    }
}
