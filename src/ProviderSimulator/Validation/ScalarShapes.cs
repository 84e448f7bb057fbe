using System.Globalization;
using System.Text.Json;

namespace GlobalGateway.ProviderSimulator.Validation;

internal sealed class AnyShape : Shape
{
    public override string Noun => "a value";
    public override bool Takes(JsonElement value) => true;
    public override Complaint? Check(JsonElement value) => null;
}

internal sealed class FlagShape : Shape
{
    public override string Noun => "a boolean";
    public override bool Takes(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False;
    public override Complaint? Check(JsonElement value) => Takes(value) ? null : WrongType(value);
}

internal sealed class TextShape : Shape
{
    public int LengthMin { get; init; }
    public int LengthMax { get; init; } = int.MaxValue;
    public string[]? Allowed { get; init; }

    public override string Noun => "a string";
    public override bool Takes(JsonElement value) => value.ValueKind == JsonValueKind.String;

    public override Complaint? Check(JsonElement value)
    {
        if (!Takes(value))
        {
            return WrongType(value);
        }
        if (Allowed is not null)
        {
            foreach (var allowed in Allowed)
            {
                if (value.ValueEquals(allowed))
                {
                    return null;
                }
            }
            return new Complaint(ComplaintKind.NotAllowed) { Allowed = Allowed, Actual = value.GetString()! };
        }
        if (LengthMin == 0 && LengthMax == int.MaxValue)
        {
            return null;
        }
        var length = value.GetString()!.Length;
        return length < LengthMin ? new Complaint(ComplaintKind.EmptyString) { Expected = this }
            : length > LengthMax ? new Complaint(ComplaintKind.StringTooLong) { Expected = this, Bound = LengthMax.ToString(CultureInfo.InvariantCulture), Actual = length.ToString(CultureInfo.InvariantCulture) }
            : null;
    }
}

internal sealed class NumberShape : Shape
{
    public bool IsWhole { get; init; }
    public double Min { get; init; } = double.MinValue;
    public double Max { get; init; } = double.MaxValue;

    public override string Noun => IsWhole ? "an integer" : "a decimal";
    public override bool Takes(JsonElement value) => value.ValueKind == JsonValueKind.Number && (!IsWhole || value.TryGetInt64(out _));

    public override Complaint? Check(JsonElement value)
    {
        if (!Takes(value))
        {
            return WrongType(value);
        }
        var number = value.GetDouble();
        return number < Min ? Beyond(ComplaintKind.BelowMinimum, Min, value) : number > Max ? Beyond(ComplaintKind.AboveMaximum, Max, value) : null;
    }

    private Complaint Beyond(ComplaintKind kind, double bound, JsonElement value) =>
        new(kind) { Expected = this, Bound = bound.ToString(CultureInfo.InvariantCulture), Actual = value.GetRawText() };
}
