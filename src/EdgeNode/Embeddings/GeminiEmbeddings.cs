using System.Buffers;
using System.Text.Json;
using GlobalGateway.EdgeNode.Admission;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Translation.Gemini;

namespace GlobalGateway.EdgeNode.Embeddings;

/// <summary>Gemini's <c>embedContent</c> and <c>batchEmbedContents</c>; towards the provider always a batch.</summary>
internal static class GeminiEmbeddings
{
    private const int InputsMax = 100;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = AdmissionLimits.JsonDepthMax };

    private static readonly HashSet<string> Known = ["model", "content", "taskType", "title", "outputDimensionality"];

    public static EmbeddingRequest ReadRequest(ReadOnlyMemory<byte> body, bool batch)
    {
        using var document = JsonDocument.Parse(body, Options);
        var root = GeminiFieldNames.ToCamelCase(document.RootElement);
        (JsonElement Item, string Place)[] requests = batch ? [.. root.Items("requests")] : [(root, "")];
        if (requests.Length == 0)
        {
            throw new TranslationException("requests", "\"requests\" is missing.");
        }

        var first = requests[0].Item.Object("requests");
        var (dimensions, task) = (first.Whole("outputDimensionality", 1, int.MaxValue), first.Text("taskType"));
        if (requests.Any(r => r.Item.Whole("outputDimensionality") != dimensions || r.Item.Text("taskType") != task))
        {
            throw new TranslationException("requests", "All requests of a batch must want the same \"outputDimensionality\" and \"taskType\".");
        }

        return new EmbeddingRequest
        {
            Inputs = [.. requests.Select(r => ReadInput(r.Item, r.Place))],
            Dimensions = dimensions,
            TaskType = task,
            Hints = [.. first.EnumerateObject().Select(p => p.Name).Where(n => !Known.Contains(n))],
        };
    }

    public static void WriteRequest(EmbeddingRequest request, string model, IBufferWriter<byte> output, ICollection<string> dropped)
    {
        foreach (var hint in request.Hints)
        {
            dropped.Add(hint);
        }

        if (request.Inputs.Count > InputsMax)
        {
            throw new TranslationException("input", $"This target takes at most {InputsMax} inputs at once.");
        }

        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteStartArray("requests");
        foreach (var input in request.Inputs)
        {
            writer.WriteStartObject();
            writer.WriteString("model", $"models/{model}");
            writer.WriteStartObject("content");
            writer.WriteStartArray("parts");
            writer.WriteStartObject();
            writer.WriteString("text", input.Text);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
            if (request.TaskType is { } task)
            {
                writer.WriteString("taskType", task);
            }

            if (input.Title is { } title)
            {
                writer.WriteString("title", title);
            }

            if (request.Dimensions is { } dimensions)
            {
                writer.WriteNumber("outputDimensionality", dimensions);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Gemini counts no tokens here, so the caller estimates them.</summary>
    public static EmbeddingAnswer ReadAnswer(ReadOnlyMemory<byte> body, string model, Usage estimated)
    {
        using var document = JsonDocument.Parse(body);
        return new EmbeddingAnswer([.. document.RootElement.GetProperty("embeddings").EnumerateArray().Select(e => Vectors.Read(e.GetProperty("values")))], model, estimated);
    }

    public static void WriteAnswer(EmbeddingAnswer answer, bool batch, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        if (batch)
        {
            writer.WriteStartArray("embeddings");
            foreach (var vector in answer.Vectors)
            {
                WriteVector(writer, vector);
            }

            writer.WriteEndArray();
        }
        else
        {
            writer.WritePropertyName("embedding");
            WriteVector(writer, answer.Vectors[0]);
        }

        writer.WriteEndObject();
    }

    private static void WriteVector(Utf8JsonWriter writer, float[] vector)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("values");
        Vectors.Write(writer, vector, base64: false);
        writer.WriteEndObject();
    }

    private static EmbeddingInput ReadInput(JsonElement request, string place)
    {
        var here = JsonFields.Join(place, "content");
        if (!request.Object(place).Has("content", out var content))
        {
            throw new TranslationException(here, $"\"{here}\" is missing.");
        }

        string[] texts = [.. content.Object(here).Items("parts", here).Select(p => p.Item.Object(p.Place).RequiredText("text", p.Place))];
        return new EmbeddingInput(string.Join('\n', texts), Title: request.Text("title"));
    }
}
