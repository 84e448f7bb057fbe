using System.Globalization;
using System.Text.Json;

namespace GlobalGateway.ProviderSimulator.Validation;

internal sealed class ListShape(Shape item) : Shape
{
    public int Min { get; init; }
    public int Max { get; init; } = int.MaxValue;

    public override string Noun => item switch
    {
        ObjectShape or TaggedShape => "an array of objects",
        TextShape => "an array of strings",
        NumberShape => "an array of integers",
        _ => "an array",
    };

    public override bool Takes(JsonElement value) => value.ValueKind == JsonValueKind.Array;

    /// <summary>Whether the first element fits too: tells an array of strings from one of integers in a union.</summary>
    public bool Fits(JsonElement value) => Takes(value) && (value.GetArrayLength() == 0 || item.Takes(value[0]));

    public override Complaint? Check(JsonElement value)
    {
        if (!Takes(value))
        {
            return WrongType(value);
        }
        var length = value.GetArrayLength();
        if (length < Min)
        {
            return new Complaint(ComplaintKind.EmptyArray) { Expected = this };
        }
        if (length > Max)
        {
            return new Complaint(ComplaintKind.TooManyItems) { Expected = this, Bound = Max.ToString(CultureInfo.InvariantCulture), Actual = length.ToString(CultureInfo.InvariantCulture) };
        }
        var index = 0;
        foreach (var element in value.EnumerateArray())
        {
            if (item.Check(element) is { } complaint)
            {
                return complaint.At(index);
            }
            index++;
        }
        return null;
    }
}

internal sealed class MapShape(Shape each) : Shape
{
    public int Max { get; init; } = int.MaxValue;
    public override string Noun => "an object";
    public override bool Takes(JsonElement value) => value.ValueKind == JsonValueKind.Object;

    public override Complaint? Check(JsonElement value)
    {
        if (!Takes(value))
        {
            return WrongType(value);
        }
        if (each is AnyShape)
        {
            return null;
        }
        var count = 0;
        foreach (var property in value.EnumerateObject())
        {
            if (each.Check(property.Value) is { } complaint)
            {
                return complaint.In(property.Name);
            }
            count++;
        }
        return count <= Max ? null
            : new Complaint(ComplaintKind.TooManyItems) { Expected = this, Bound = Max.ToString(CultureInfo.InvariantCulture), Actual = count.ToString(CultureInfo.InvariantCulture) };
    }
}

internal sealed class UnionShape(Shape[] shapes) : Shape
{
    public IReadOnlyList<Shape> Shapes => shapes;
    public override string Noun => "one of " + string.Join(" or ", shapes.Select(static (shape, index) => index == 0 ? shape.Noun : shape.Noun[(shape.Noun.IndexOf(' ', StringComparison.Ordinal) + 1)..]));
    public override bool Takes(JsonElement value) => Array.Exists(shapes, shape => shape.Takes(value));

    public override Complaint? Check(JsonElement value)
    {
        Shape? second = null;
        foreach (var shape in shapes)
        {
            if (shape is ListShape list ? list.Fits(value) : shape.Takes(value))
            {
                return shape.Check(value);
            }
            second ??= shape.Takes(value) ? shape : null;
        }
        return second is null ? WrongType(value) : second.Check(value);
    }
}
