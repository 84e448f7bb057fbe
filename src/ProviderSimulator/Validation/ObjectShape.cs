using System.Collections.Frozen;
using System.Text.Json;

namespace GlobalGateway.ProviderSimulator.Validation;

/// <summary>An object with known fields; names ending in <c>!</c> are required. Unknown fields are refused.</summary>
internal sealed class ObjectShape : Shape
{
    private readonly FrozenDictionary<string, Shape> _fields;
    private readonly FrozenDictionary<string, Shape>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly string[] _required;

    public ObjectShape(params (string Name, Shape Shape)[] fields)
    {
        _required = [.. fields.Where(static field => field.Name.EndsWith('!')).Select(static field => field.Name[..^1])];
        _fields = fields.ToFrozenDictionary(static field => field.Name.TrimEnd('!'), static field => field.Shape);
        _lookup = _fields.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Whether an optional field may be null; OpenAI allows it, Anthropic mostly too.</summary>
    public bool NullMeansAbsent { get; init; } = true;

    public override string Noun => "an object";
    public override bool Takes(JsonElement value) => value.ValueKind == JsonValueKind.Object;

    public override Complaint? Check(JsonElement value)
    {
        if (!Takes(value))
        {
            return WrongType(value);
        }
        // Missing fields first: both vendors complain about those before they look at the others.
        foreach (var name in _required)
        {
            if (!value.TryGetProperty(name, out var found))
            {
                return new Complaint(ComplaintKind.MissingField) { Expected = _fields[name] }.In(name);
            }
            if (found.ValueKind == JsonValueKind.Null && _fields[name].Check(found) is { } complaint)
            {
                return complaint.In(name);
            }
        }
        foreach (var property in value.EnumerateObject())
        {
            if (!_lookup.TryGetValue(property.Name, out var shape))
            {
                return new Complaint(ComplaintKind.UnknownField).In(property.Name);
            }
            if (property.Value.ValueKind == JsonValueKind.Null && NullMeansAbsent)
            {
                continue;
            }
            if (shape.Check(property.Value) is { } wrong)
            {
                return wrong.In(property.Name);
            }
        }
        return null;
    }
}
