using System.Text.Json;

namespace GlobalGateway.ProviderSimulator.Faults;

/// <summary>Reads a rule's <c>attempts</c>: a list of numbers, or a range whose end may be open.</summary>
internal static class FaultAttempts
{
    public static bool Includes(JsonElement? attempts, int attempt) => attempts switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => true,
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Any(each => each.GetInt32() == attempt),
        { } range => attempt >= Bound(range, "from", 1) && attempt <= Bound(range, "to", int.MaxValue),
    };

    public static bool IsWellFormed(JsonElement? attempts) => attempts switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => true,
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().All(static each => each.ValueKind == JsonValueKind.Number && each.TryGetInt32(out var number) && number > 0),
        { ValueKind: JsonValueKind.Object } range => range.EnumerateObject().All(static bound => bound.Name is "from" or "to" && bound.Value.ValueKind == JsonValueKind.Number && bound.Value.TryGetInt32(out _)),
        _ => false,
    };

    private static int Bound(JsonElement range, string name, int otherwise) => range.TryGetProperty(name, out var bound) ? bound.GetInt32() : otherwise;
}
