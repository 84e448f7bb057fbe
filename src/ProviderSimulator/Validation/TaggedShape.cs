using System.Collections.Frozen;
using System.Text.Json;

namespace GlobalGateway.ProviderSimulator.Validation;

/// <summary>An object whose variant a string field names; an absent tag means <paramref name="fallback"/> where there is one.</summary>
internal sealed class TaggedShape(string tag, FrozenDictionary<string, Shape> variants, string? fallback = null) : Shape
{
    public override string Noun => "an object";
    public override bool Takes(JsonElement value) => value.ValueKind == JsonValueKind.Object;

    public override Complaint? Check(JsonElement value)
    {
        if (!Takes(value))
        {
            return WrongType(value);
        }
        var name = value.TryGetProperty(tag, out var found) ? found.ValueKind == JsonValueKind.String ? found.GetString() : null : fallback;
        if (name is null)
        {
            return found.ValueKind == JsonValueKind.Undefined
                ? new Complaint(ComplaintKind.MissingField) { Expected = Text }.In(tag)
                : new Complaint(ComplaintKind.WrongType) { Expected = Text, Actual = NounOf(found) }.In(tag);
        }
        return variants.TryGetValue(name, out var variant)
            ? variant.Check(value)?.As(name)
            : new Complaint(ComplaintKind.UnknownTag) { TagField = tag, Actual = name, Allowed = [.. variants.Keys.Order(StringComparer.Ordinal)] };
    }

    public static TaggedShape By(string tag, params (string Name, Shape Shape)[] variants) =>
        new(tag, variants.ToFrozenDictionary(static variant => variant.Name, static variant => variant.Shape));
}
