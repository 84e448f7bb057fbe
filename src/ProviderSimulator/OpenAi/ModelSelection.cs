using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Catalogue;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>Finds the model a request names: OpenAI's catalogue, or Azure's deployments of it.</summary>
internal sealed class ModelSelection(ModelCatalogue catalogue, bool azure)
{
    public SimulatedModel? Find(string name) => catalogue.Find(ModelVendor.OpenAi, name);

    public IEnumerable<SimulatedModel> All => catalogue.All.Where(static model => model.Vendor == ModelVendor.OpenAi);

    public PreparedAnswer Unknown(string name) => azure
        ? OpenAiErrors.AzureAnswer(404, "DeploymentNotFound", "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.")
        : OpenAiErrors.ModelNotFound(name);

    /// <summary>Azure's refusal of a prompt that its content policy filters.</summary>
    public static PreparedAnswer Filtered() => new()
    {
        Status = 400,
        Body = JsonBytes.Write(0, static (writer, _) =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error");
            OpenAiErrors.WriteFields(writer, "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766", null, "prompt", "content_filter");
            writer.WriteNumber("status", 400);
            writer.WriteStartObject("innererror");
            writer.WriteString("code", "ResponsibleAIPolicyViolation");
            writer.WriteStartObject("content_filter_result");
            ContentFilter.WriteCategories(writer, isEmpty: false, filtered: "violence");
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }),
    };
}
