using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Catalogue;

namespace GlobalGateway.ProviderSimulator.Gemini;

/// <summary><c>GET /v1beta/models</c> and <c>GET /v1beta/models/{id}</c>.</summary>
internal sealed class GeminiModelsEndpoint(ModelCatalogue catalogue)
{
    private static readonly string[] TextMethods = ["generateContent", "countTokens"];
    private static readonly string[] EmbeddingMethods = ["embedContent"];

    public PreparedAnswer List(ApiRequest api) => new()
    {
        Body = JsonBytes.Write(catalogue, static (writer, catalogue) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("models");
            foreach (var model in catalogue.All.Where(static model => model.Vendor == ModelVendor.Gemini))
            {
                Write(writer, model);
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }),
    };

    public PreparedAnswer Get(ApiRequest api) => catalogue.Find(ModelVendor.Gemini, api.PathModel) is { } model
        ? new() { Model = api.PathModel, Body = JsonBytes.Write(model, Write) }
        : GeminiVendor.Error(404, $"models/{api.PathModel} is not found for API version v1beta.", "NOT_FOUND").WithModel(api.PathModel);

    private static void Write(Utf8JsonWriter writer, SimulatedModel model)
    {
        writer.WriteStartObject();
        writer.WriteString("name", "models/" + model.Id);
        writer.WriteString("displayName", model.DisplayName ?? model.Id);
        writer.WriteNumber("inputTokenLimit", model.ContextTokens);
        writer.WriteNumber("outputTokenLimit", model.OutputTokensMax);
        writer.WriteStartArray("supportedGenerationMethods");
        foreach (var method in model.IsEmbedding ? EmbeddingMethods : TextMethods)
        {
            writer.WriteStringValue(method);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
