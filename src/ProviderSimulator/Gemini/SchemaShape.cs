using System.Text.Json;
using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.Gemini;

/// <summary>Gemini's own schema message: a part of OpenAPI 3.0, which knows no <c>$ref</c>, <c>const</c> or <c>additionalProperties</c>.</summary>
internal sealed class SchemaShape : Shape
{
    private static readonly string[] Types =
        ["STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL", "string", "number", "integer", "boolean", "array", "object", "null"];

    private readonly ObjectShape _fields;

    public SchemaShape()
    {
        _fields = new ObjectShape(
            ("type", OneOf(Types)), ("format", Text), ("title", Text), ("description", Text), ("nullable", Flag), ("enum", List(Text)),
            ("maxItems", Whole(0)), ("minItems", Whole(0)), ("properties", Map(this)), ("required", List(Text)), ("minProperties", Whole(0)), ("maxProperties", Whole(0)),
            ("minLength", Whole(0)), ("maxLength", Whole(0)), ("pattern", Text), ("example", Any), ("anyOf", List(this)), ("propertyOrdering", List(Text)),
            ("default", Any), ("items", this), ("minimum", Number()), ("maximum", Number()));
    }

    public override string Noun => "a schema";
    public override bool Takes(JsonElement value) => value.ValueKind == JsonValueKind.Object;
    public override Complaint? Check(JsonElement value) => _fields.Check(value);
}
