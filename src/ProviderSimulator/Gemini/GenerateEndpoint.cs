using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.Composition;
using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.Gemini;

/// <summary><c>generateContent</c>, <c>streamGenerateContent</c> and <c>countTokens</c>.</summary>
internal sealed class GenerateEndpoint(Vendor vendor, ModelCatalogue catalogue)
{
    public PreparedAnswer Whole(ApiRequest api) => Read(api, GenerateSchema.Generate, static (request, model, _) => Answer(request, model, static answer => (PreparedAnswer.Json, null, answer.Whole())));

    public PreparedAnswer Stream(ApiRequest api) => Read(api, GenerateSchema.Generate, static (request, model, api) => api.Query["alt"] == "sse"
        ? Answer(request, model, static answer => (PreparedAnswer.EventStream, answer.Stream(events: true), []))
        : Answer(request, model, static answer => (PreparedAnswer.Json, answer.Stream(events: false), [])));

    public PreparedAnswer Count(ApiRequest api) => Read(api, GenerateSchema.Count, static (request, model, _) =>
    {
        Prompt prompt;
        if (request.Field("generateContentRequest") is { } inner)
        {
            prompt = GeneratePrompt.Read(inner);
        }
        else
        {
            prompt = new Prompt();
            GeneratePrompt.AddContents(prompt, request);
        }
        return new PreparedAnswer
        {
            Model = model.Id,
            PromptText = prompt.Text,
            Body = JsonBytes.Write(prompt.Tokens, static (writer, tokens) =>
            {
                writer.WriteStartObject();
                writer.WriteNumber("totalTokens", tokens);
                writer.WriteStartArray("promptTokensDetails");
                writer.WriteStartObject();
                writer.WriteString("modality", "TEXT");
                writer.WriteNumber("tokenCount", tokens);
                writer.WriteEndObject();
                writer.WriteEndArray();
                writer.WriteEndObject();
            }),
        };
    });

    private static PreparedAnswer Answer(JsonElement request, SimulatedModel model, Func<GenerateAnswer, (string ContentType, StreamFrame[]? Frames, byte[] Body)> write)
    {
        if (GenerateRules.Check(request, model) is { } fault)
        {
            return GeminiVendor.Invalid(fault);
        }
        var prompt = GeneratePrompt.Read(request);
        if (prompt.Tokens > model.ContextTokens)
        {
            return GeminiVendor.Invalid($"The input token count ({prompt.Tokens}) exceeds the maximum number of tokens allowed ({model.ContextTokens}).");
        }
        var answer = new GenerateAnswer(request, model, prompt);
        var (contentType, frames, body) = write(answer);
        return new PreparedAnswer
        {
            Model = model.Id,
            PromptText = prompt.Text,
            Tokens = answer.CompletionTokens,
            Directives = prompt.Directives,
            ContentType = contentType,
            Frames = frames,
            Body = body,
        };
    }

    private PreparedAnswer Read(ApiRequest api, Shape shape, Func<JsonElement, SimulatedModel, ApiRequest, PreparedAnswer> answer)
    {
        if (!JsonReading.TryParse(api.Body, out var document))
        {
            return vendor.BadJson().WithModel(api.PathModel);
        }
        using (document)
        {
            var request = document!.RootElement;
            if (shape.Check(request) is { } complaint)
            {
                return vendor.Refuse(complaint).WithModel(api.PathModel);
            }
            if (catalogue.Find(ModelVendor.Gemini, api.PathModel) is not { IsEmbedding: false } model)
            {
                return GeminiVendor.NoSuchModel(api.PathModel).WithModel(api.PathModel);
            }
            var prepared = answer(request, model, api);
            return prepared.IsError ? prepared.WithModel(api.PathModel) : prepared;
        }
    }
}
