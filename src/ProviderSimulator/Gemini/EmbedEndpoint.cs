using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.Composition;
using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.Gemini;

/// <summary><c>embedContent</c> and <c>batchEmbedContents</c>: unit vectors drawn from the text.</summary>
internal sealed class EmbedEndpoint(Vendor vendor, ModelCatalogue catalogue)
{
    public const int RequestsMax = 100;

    public PreparedAnswer One(ApiRequest api) => Read(api, GenerateSchema.Embed, static request => [request], static (writer, vectors) =>
    {
        writer.WritePropertyName("embedding");
        Write(writer, vectors[0]);
    });

    public PreparedAnswer Batch(ApiRequest api) => Read(api, GenerateSchema.Batch, static request => [.. request.Items("requests")], static (writer, vectors) =>
    {
        writer.WriteStartArray("embeddings");
        foreach (var vector in vectors)
        {
            Write(writer, vector);
        }
        writer.WriteEndArray();
    });

    private PreparedAnswer Read(ApiRequest api, Shape shape, Func<JsonElement, JsonElement[]> requestsOf, Action<Utf8JsonWriter, List<float[]>> write)
    {
        if (!JsonReading.TryParse(api.Body, out var document))
        {
            return vendor.BadJson().WithModel(api.PathModel);
        }
        using (document)
        {
            if (shape.Check(document!.RootElement) is { } complaint)
            {
                return vendor.Refuse(complaint).WithModel(api.PathModel);
            }
            if (catalogue.Find(ModelVendor.Gemini, api.PathModel) is not { IsEmbedding: true } model)
            {
                return GeminiVendor.NoSuchModel(api.PathModel).WithModel(api.PathModel);
            }
            var requests = requestsOf(document.RootElement);
            if (Refusal(requests, model, batch: shape == GenerateSchema.Batch) is { } fault)
            {
                return GeminiVendor.Invalid(fault).WithModel(api.PathModel);
            }
            List<float[]> vectors = [.. requests.Select(request => UnitVector.Draw(
                Fingerprint.Of(TextOf(request)) ^ Fingerprint.Of(model.Id), model.Dimensions, (int)(request.Whole("outputDimensionality") ?? model.Dimensions)))];
            return new PreparedAnswer
            {
                Model = model.Id,
                PromptText = string.Join('\n', requests.Select(TextOf)),
                Body = JsonBytes.Write((vectors, write), static (writer, state) =>
                {
                    writer.WriteStartObject();
                    state.write(writer, state.vectors);
                    writer.WriteEndObject();
                }),
            };
        }
    }

    private static string? Refusal(JsonElement[] requests, SimulatedModel model, bool batch)
    {
        for (var index = 0; index < requests.Length; index++)
        {
            var place = batch ? $"BatchEmbedContentsRequest.requests[{index}]" : "EmbedContentRequest";
            if (batch && requests[index].Text("model") is null)
            {
                return $"* {place}.model: model is required but not specified\n";
            }
            if (requests[index].Text("model") is { } named && named != $"models/{model.Id}")
            {
                return $"* {place}.model: the model must match the one in the URL\n";
            }
            if (TextOf(requests[index]).Length == 0)
            {
                return $"* {place}.content: contents is not specified\n";
            }
            if (requests[index].Whole("outputDimensionality") > model.Dimensions)
            {
                return $"* {place}.output_dimensionality: must be at most {model.Dimensions}\n";
            }
        }
        return null;
    }

    private static string TextOf(JsonElement request) => GeneratePrompt.Joined(request.GetProperty("content"));

    private static void Write(Utf8JsonWriter writer, float[] vector)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("values");
        foreach (var value in vector)
        {
            writer.WriteNumberValue(value);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
