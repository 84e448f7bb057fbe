using System.Text.Json;

namespace GlobalGateway.ProviderSimulator.Validation;

/// <summary>What a vendor takes at one place of a request; immutable, checked without allocating while the request is valid.</summary>
internal abstract class Shape
{
    /// <summary>Whether a value of this JSON kind is worth checking further; unions choose by it.</summary>
    public abstract bool Takes(JsonElement value);

    /// <summary>The first thing wrong, or null.</summary>
    public abstract Complaint? Check(JsonElement value);

    /// <summary>As in "expected an array of objects".</summary>
    public abstract string Noun { get; }

    protected Complaint WrongType(JsonElement value) => new(ComplaintKind.WrongType) { Expected = this, Actual = NounOf(value) };

    public static string NounOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "a string",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "an integer" : "a decimal",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Array => "an array",
        JsonValueKind.Object => "an object",
        _ => "null",
    };

    public static Shape Any { get; } = new AnyShape();
    public static Shape Flag { get; } = new FlagShape();
    public static Shape Text { get; } = new TextShape();
    public static Shape NonEmptyText { get; } = new TextShape { LengthMin = 1 };
    public static Shape FreeObject { get; } = new MapShape(Any);

    public static Shape TextUpTo(int max) => new TextShape { LengthMax = max };
    public static Shape OneOf(params string[] values) => new TextShape { Allowed = values };
    public static Shape Whole(long min = long.MinValue, long max = long.MaxValue) => new NumberShape { IsWhole = true, Min = min, Max = max };
    public static Shape Number(double min = double.MinValue, double max = double.MaxValue) => new NumberShape { Min = min, Max = max };
    public static Shape List(Shape item, int min = 0, int max = int.MaxValue) => new ListShape(item) { Min = min, Max = max };
    public static Shape Either(params Shape[] shapes) => new UnionShape(shapes);
    public static Shape Map(Shape value, int max = int.MaxValue) => new MapShape(value) { Max = max };
}
