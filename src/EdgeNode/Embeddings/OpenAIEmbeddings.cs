using System.Buffers;
using System.Text.Json;
using GlobalGateway.EdgeNode.Admission;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Translation;

namespace GlobalGateway.EdgeNode.Embeddings;

/// <summary>OpenAI's embeddings API, Azure's included.</summary>
internal static class OpenAIEmbeddings
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = AdmissionLimits.JsonDepthMax };

    private static readonly HashSet<string> Known = ["model", "input", "dimensions", "encoding_format"];

    public static (EmbeddingRequest Request, bool Base64) ReadRequest(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, Options);
        var root = document.RootElement;
        return (
            new EmbeddingRequest
            {
                Inputs = [.. ReadInputs(root)],
                Dimensions = root.Whole("dimensions", 1, int.MaxValue),
                Hints = [.. root.EnumerateObject().Select(p => p.Name).Where(n => !Known.Contains(n))],
            },
            WantsBase64(root));
    }

    public static void WriteRequest(EmbeddingRequest request, string model, IBufferWriter<byte> output, ICollection<string> dropped)
    {
        foreach (var hint in (IEnumerable<string>)[.. request.Hints, .. request.TaskType is null ? (string[])[] : ["taskType"], .. request.Inputs.All(i => i.Title is null) ? (string[])[] : ["title"]])
        {
            dropped.Add(hint);
        }

        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("model", model);
        writer.WriteStartArray("input");
        foreach (var input in request.Inputs)
        {
            writer.WriteStringValue(input.Text);
        }

        writer.WriteEndArray();
        if (request.Dimensions is { } dimensions)
        {
            writer.WriteNumber("dimensions", dimensions);
        }

        writer.WriteString("encoding_format", "float");
        writer.WriteEndObject();
    }

    public static EmbeddingAnswer ReadAnswer(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        var vectors = root.GetProperty("data").EnumerateArray().Select((d, i) => (Index: d.Whole("index") ?? i, Vector: Vectors.Read(d.GetProperty("embedding"))));
        return new EmbeddingAnswer([.. vectors.OrderBy(v => v.Index).Select(v => v.Vector)], root.Text("model") ?? "", UsageReader.Of(root));
    }

    public static void WriteAnswer(EmbeddingAnswer answer, bool base64, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("object", "list");
        writer.WriteStartArray("data");
        for (var i = 0; i < answer.Vectors.Count; i++)
        {
            writer.WriteStartObject();
            writer.WriteString("object", "embedding");
            writer.WriteNumber("index", i);
            writer.WritePropertyName("embedding");
            Vectors.Write(writer, answer.Vectors[i], base64);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("model", answer.Model);
        writer.WriteStartObject("usage");
        writer.WriteNumber("prompt_tokens", answer.Usage.TotalInput);
        writer.WriteNumber("total_tokens", answer.Usage.TotalInput);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>The answer of a target that did not heed <c>encoding_format</c>, written as the client wants it; nothing where it did.</summary>
    public static ArrayBufferWriter<byte>? InWantedFormat(ReadOnlyMemory<byte> request, ReadOnlyMemory<byte> answer)
    {
        using var document = JsonDocument.Parse(request, Options);
        var base64 = document.RootElement.TryGetProperty("encoding_format", out var format) && format.ValueKind == JsonValueKind.String && format.ValueEquals("base64"u8);
        if (IsBase64(answer.Span) is not { } given || given == base64)
        {
            return null;
        }

        var output = new ArrayBufferWriter<byte>(answer.Length);
        WriteAnswer(ReadAnswer(answer), base64, output);
        return output;
    }

    private static bool WantsBase64(JsonElement root) => root.Text("encoding_format") switch
    {
        null or "float" => false,
        "base64" => true,
        _ => throw new TranslationException("encoding_format", "\"encoding_format\" must be float or base64."),
    };

    /// <summary>By the first vector, without reading the rest.</summary>
    private static bool? IsBase64(ReadOnlySpan<byte> answer)
    {
        for (var at = answer.IndexOf("\"embedding\""u8); at >= 0; )
        {
            var rest = answer[(at + "\"embedding\""u8.Length)..].TrimStart(" \t\r\n"u8);
            if (rest is [(byte)':', ..])
            {
                return rest[1..].TrimStart(" \t\r\n"u8) is [(byte)'"', ..];
            }

            var next = answer[(at + 1)..].IndexOf("\"embedding\""u8);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return null;
    }

    private static IEnumerable<EmbeddingInput> ReadInputs(JsonElement root)
    {
        if (!root.Has("input", out var input))
        {
            throw new TranslationException("input", "\"input\" is missing.");
        }

        if (input.ValueKind == JsonValueKind.String || input.ValueKind == JsonValueKind.Array && input.GetArrayLength() > 0 && input[0].ValueKind == JsonValueKind.Number)
        {
            return [ReadInput(input, "input")];
        }

        return root.Items("input").Select(i => ReadInput(i.Item, i.Place));
    }

    private static EmbeddingInput ReadInput(JsonElement input, string place) => input.ValueKind switch
    {
        JsonValueKind.String => new EmbeddingInput(input.GetString()),
        JsonValueKind.Array when input.EnumerateArray().All(t => t.ValueKind == JsonValueKind.Number) => new EmbeddingInput(null, [.. input.EnumerateArray().Select(t => t.GetInt64())]),
        _ => throw new TranslationException(place, $"\"{place}\" must be text or a list of token numbers."),
    };
}
