using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.Composition;
using GlobalGateway.ProviderSimulator.Validation;
using Microsoft.AspNetCore.Http;

namespace GlobalGateway.ProviderSimulator.Anthropic;

/// <summary><c>POST /v1/messages</c> and <c>POST /v1/messages/count_tokens</c>.</summary>
internal sealed class MessagesEndpoint(Vendor vendor, ModelCatalogue catalogue)
{
    /// <summary>The version that took away the sampling fields; what the vendor's newest libraries send.</summary>
    public const string WithoutSampling = "2026-10-21";

    public static bool TakesSampling(IHeaderDictionary headers) => headers["anthropic-version"] != WithoutSampling;

    /// <summary>Every Anthropic call names the API version it was written for.</summary>
    public static PreparedAnswer? RequireVersion(ApiRequest api) => api.Headers["anthropic-version"].ToString() switch
    {
        "" => AnthropicErrors.Answer(400, "anthropic-version: header is required"),
        WithoutSampling or "2023-06-01" or "2023-01-01" => null,
        var version => AnthropicErrors.Answer(400, $"anthropic-version: \"{version}\" is not a valid version. For a list of valid versions, see https://docs.claude.com/en/api/versioning"),
    };

    public PreparedAnswer Create(ApiRequest api) => Read(api, TakesSampling(api.Headers) ? MessagesSchema.CreateWithSampling : MessagesSchema.Create, static (request, model, prompt) =>
    {
        var answer = new MessagesAnswer(request, model, prompt);
        var streams = request.Flag("stream");
        return new PreparedAnswer
        {
            Model = request.Text("model"),
            PromptText = prompt.Text,
            Tokens = answer.CompletionTokens,
            Directives = prompt.Directives,
            ContentType = streams ? PreparedAnswer.EventStream : PreparedAnswer.Json,
            Frames = streams ? answer.Stream() : null,
            Body = streams ? [] : answer.Whole(),
        };
    });

    public PreparedAnswer Count(ApiRequest api) => Read(api, MessagesSchema.Count, static (request, _, prompt) => new PreparedAnswer
    {
        Model = request.Text("model"),
        PromptText = prompt.Text,
        Body = JsonBytes.Write(prompt.Tokens, static (writer, tokens) =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("input_tokens", tokens);
            writer.WriteEndObject();
        }),
    });

    private PreparedAnswer Read(ApiRequest api, Shape shape, Func<JsonElement, SimulatedModel, Prompt, PreparedAnswer> answer)
    {
        if (!JsonReading.TryParse(api.Body, out var document))
        {
            return vendor.BadJson();
        }
        using (document)
        {
            var request = document!.RootElement;
            if (SystemRole(request) is { } hint)
            {
                return hint.WithModel(request);
            }
            if (shape.Check(request) is { } complaint)
            {
                return vendor.Refuse(complaint).WithModel(request);
            }
            var name = request.Text("model")!;
            if (catalogue.Find(ModelVendor.Anthropic, name) is not { } model)
            {
                return AnthropicErrors.Answer(404, $"model: {name}").WithModel(name);
            }
            if (!TakesSampling(api.Headers) && MessagesRules.CheckPlacement(request) is { } misplaced)
            {
                return misplaced.WithModel(name);
            }
            if (MessagesRules.Check(request, model) is { } refusal)
            {
                return refusal.WithModel(name);
            }
            var prompt = MessagesPrompt.Read(request);
            return prompt.Tokens > model.ContextTokens
                ? AnthropicErrors.Answer(400, $"prompt is too long: {prompt.Tokens} tokens > {model.ContextTokens} maximum").WithModel(name)
                : answer(request, model, prompt);
        }
    }

    private static PreparedAnswer? SystemRole(JsonElement request) =>
        request.Items("messages").Any(static message => message.ValueKind == JsonValueKind.Object && message.Text("role") == "system")
            ? AnthropicErrors.Answer(400, "messages: Unexpected role \"system\". The Messages API accepts a top-level `system` parameter, not \"system\" as an input message role.")
            : null;
}
