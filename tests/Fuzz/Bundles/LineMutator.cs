using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GlobalGateway.Fuzz.Bundles;

/// <summary>Changes the canonical line of a resource: half of the time as JSON, so that what comes out is still a resource or nearly one, half as bytes.</summary>
public sealed class LineMutator(int seed)
{
    private const int DepthMax = 2_000;
    private const int HugeLetters = 100_000;

    private static readonly string[] Words =
    [
        "", "*", "fast", "smart", "openai", "acme", "p95", "0s", "1s", "99999999d", "-1s", "0%", "100%", "1000%", "9999999999999 USD", "-1 USD", "http://", "http://[::1]:0/",
        "https://example.test", "[ab]*a[ab]{900}c", "(", "latency", "ipHash", "priority", "roundRobin", "weightedRoundRobin", "Model", "Tenant", "\u0000", "\ud83d\ude00", "../../etc/passwd",
        "2026-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "globalgateway.dev/v9",
    ];

    private static readonly string[] Numbers = ["0", "-1", "1", "2147483648", "-9223372036854775808", "9223372036854775807", "1e308", "1E-300", "0.5", "123456789012345678901234567890", "3.0000000000001"];

    private readonly Random _random = new(seed);

    public byte[] Mutate(byte[] line, IReadOnlyList<byte[]> others) =>
        _random.Next(2) == 0 ? Encoding.UTF8.GetBytes(Structure(Encoding.UTF8.GetString(line), others)) : Bytes(line, others);

    private string Structure(string line, IReadOnlyList<byte[]> others)
    {
        var root = JsonNode.Parse(line)!;
        for (var changes = _random.Next(1, 4); changes > 0; changes--)
        {
            var places = Places(root).ToList();
            var (parent, key, index) = places[_random.Next(places.Count)];
            var present = key is null ? parent.AsArray()[index] : parent[key];
            switch (_random.Next(40))
            {
                case 0:
                    Set(parent, key, index, null);
                    break;
                case 1:
                    Set(parent, key, index, JsonNode.Parse(Numbers[_random.Next(Numbers.Length)]));
                    break;
                case 2:
                    Set(parent, key, index, JsonValue.Create(Words[_random.Next(Words.Length)]));
                    break;
                case 3:
                    Set(parent, key, index, _random.Next(2) == 0 ? new JsonObject() : new JsonArray());
                    break;
                case 4 when _random.Next(20) == 0:
                    Set(parent, key, index, JsonValue.Create(new string('x', HugeLetters)));
                    break;
                case 5 when key is not null:
                    parent.AsObject().Remove(key);
                    break;
                case 6 when key is not null:
                    parent.AsObject()[$"{key}x"] = present?.DeepClone();
                    break;
                case 7 when present is JsonArray { Count: > 0 } list:
                    list.Add(list[_random.Next(list.Count)]?.DeepClone());
                    break;
                case 8 when present is JsonArray { Count: > 1 } list:
                    list.RemoveAt(_random.Next(list.Count));
                    break;
                default:
                    // The same field's value from elsewhere: a swapped reference, another number, another list.
                    var name = key ?? "";
                    var other = Places(JsonNode.Parse(others[_random.Next(others.Count)])!)
                        .Where(place => (place.Key ?? "") == name).Select(place => place.Key is null ? place.Parent.AsArray()[place.Index] : place.Parent[place.Key])
                        .Where(value => value?.GetValueKind() == present?.GetValueKind()).ToList();
                    if (other.Count > 0 && name != "kind")
                    {
                        Set(parent, key, index, other[_random.Next(other.Count)]?.DeepClone());
                    }

                    break;
            }
        }

        var text = root.ToJsonString();
        return _random.Next(100) == 0 ? Deepen(text) : text;
    }

    private string Deepen(string text)
    {
        var depth = _random.Next(20, DepthMax);
        var at = text.IndexOf("\"spec\":", StringComparison.Ordinal);
        return at < 0 ? text : string.Concat(text.AsSpan(0, at + 7), new string('[', depth), new string(']', depth), "}");
    }

    private byte[] Bytes(byte[] line, IReadOnlyList<byte[]> others)
    {
        var bytes = line.ToList();
        for (var changes = _random.Next(1, 4); changes > 0 && bytes.Count > 1; changes--)
        {
            var at = _random.Next(bytes.Count);
            switch (_random.Next(10))
            {
                case 0:
                    bytes[at] = (byte)_random.Next(256);
                    break;
                case 1:
                    bytes[at] = (byte)"0123456789\"{}[]:,"[_random.Next(17)];
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(_random.Next(1, 20), bytes.Count - at));
                    break;
                case 3:
                    var slice = bytes.GetRange(at, Math.Min(_random.Next(1, 40), bytes.Count - at));
                    bytes.InsertRange(_random.Next(bytes.Count), slice);
                    break;
                case 4:
                    var from = others[_random.Next(others.Count)];
                    bytes.InsertRange(at, from.Skip(_random.Next(from.Length)).Take(8));
                    break;
                default:
                    // A digit for a digit: still the same shape, but a field's or a kind's name.
                    at = bytes.FindIndex(at, value => char.IsAsciiDigit((char)value)) is >= 0 and var found ? found : bytes.FindIndex(value => char.IsAsciiDigit((char)value));
                    bytes[Math.Max(0, at)] = (byte)('0' + _random.Next(10));
                    break;
            }
        }

        // A line feed would only cut the line in two.
        return [.. bytes.Where(value => value != (byte)'\n')];
    }

    private static IEnumerable<(JsonNode Parent, string? Key, int Index)> Places(JsonNode root)
    {
        var open = new Stack<JsonNode>([root]);
        while (open.TryPop(out var node))
        {
            if (node is JsonObject map)
            {
                foreach (var (key, value) in map)
                {
                    yield return (node, key, 0);
                    if (value is JsonObject or JsonArray)
                    {
                        open.Push(value);
                    }
                }
            }
            else if (node is JsonArray list)
            {
                for (var index = 0; index < list.Count; index++)
                {
                    yield return (node, null, index);
                    if (list[index] is JsonObject or JsonArray)
                    {
                        open.Push(list[index]!);
                    }
                }
            }
        }
    }

    private static void Set(JsonNode parent, string? key, int index, JsonNode? value)
    {
        if (key is null)
        {
            parent.AsArray()[index] = value;
        }
        else
        {
            parent[key] = value;
        }
    }
}
