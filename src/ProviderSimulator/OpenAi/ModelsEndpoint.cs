using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Catalogue;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary><c>GET /models</c> and <c>GET /models/{id}</c>.</summary>
internal sealed class ModelsEndpoint(ModelSelection models)
{
    public PreparedAnswer List(ApiRequest api) => new()
    {
        Body = JsonBytes.Write(models, static (writer, models) =>
        {
            writer.WriteStartObject();
            writer.WriteString("object", "list");
            writer.WriteStartArray("data");
            foreach (var model in models.All)
            {
                Write(writer, model);
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }),
    };

    public PreparedAnswer Get(ApiRequest api) => models.Find(api.PathModel!) is { } model
        ? new() { Model = api.PathModel, Body = JsonBytes.Write(model, Write) }
        : OpenAiErrors.Answer(404, $"The model '{api.PathModel}' does not exist", "model", "model_not_found").WithModel(api.PathModel);

    private static void Write(Utf8JsonWriter writer, SimulatedModel model)
    {
        writer.WriteStartObject();
        writer.WriteString("id", model.Id);
        writer.WriteString("object", "model");
        writer.WriteNumber("created", model.Created);
        writer.WriteString("owned_by", "system");
        writer.WriteEndObject();
    }
}
