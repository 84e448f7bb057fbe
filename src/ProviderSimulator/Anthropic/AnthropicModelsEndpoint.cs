using System.Globalization;
using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.OpenAi;

namespace GlobalGateway.ProviderSimulator.Anthropic;

/// <summary><c>GET /v1/models</c>, paged, and <c>GET /v1/models/{id}</c>.</summary>
internal sealed class AnthropicModelsEndpoint(ModelCatalogue catalogue)
{
    private const int LimitDefault = 20;
    private const int LimitMax = 1000;

    public PreparedAnswer List(ApiRequest api)
    {
        var limit = LimitDefault;
        var asked = api.Query["limit"].ToString();
        if (asked.Length > 0 && (!int.TryParse(asked, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > LimitMax))
        {
            return AnthropicErrors.Answer(400, $"limit: Input should be a valid integer between 1 and {LimitMax}");
        }
        var all = catalogue.All.Where(static model => model.Vendor == ModelVendor.Anthropic).ToList();
        var after = all.FindIndex(model => model.AnsweredAs == api.Query["after_id"].ToString());
        var before = all.FindIndex(model => model.AnsweredAs == api.Query["before_id"].ToString());
        var from = before >= 0 ? Math.Max(0, before - limit) : after + 1;
        var until = before >= 0 ? before : Math.Min(all.Count, from + limit);
        return new()
        {
            Body = JsonBytes.Write((page: all[from..until], hasMore: before >= 0 ? from > 0 : until < all.Count), static (writer, list) =>
            {
                writer.WriteStartObject();
                writer.WriteStartArray("data");
                foreach (var model in list.page)
                {
                    Write(writer, model);
                }
                writer.WriteEndArray();
                writer.WriteBoolean("has_more", list.hasMore);
                writer.WriteString("first_id", list.page.Count == 0 ? null : list.page[0].AnsweredAs);
                writer.WriteString("last_id", list.page.Count == 0 ? null : list.page[^1].AnsweredAs);
                writer.WriteEndObject();
            }),
        };
    }

    public PreparedAnswer Get(ApiRequest api) => catalogue.Find(ModelVendor.Anthropic, api.PathModel) is { } model
        ? new() { Model = api.PathModel, Body = JsonBytes.Write(model, Write) }
        : AnthropicErrors.Answer(404, $"model: {api.PathModel}").WithModel(api.PathModel);

    private static void Write(Utf8JsonWriter writer, SimulatedModel model)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "model");
        writer.WriteString("id", model.AnsweredAs);
        writer.WriteString("display_name", model.DisplayName ?? model.Id);
        writer.WriteString("created_at", DateTimeOffset.FromUnixTimeSeconds(model.Created).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        writer.WriteEndObject();
    }
}
