using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.Composition;
using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary><c>POST /chat/completions</c>, OpenAI's and Azure's.</summary>
internal sealed class ChatEndpoint(Vendor vendor, ModelSelection models, bool azure)
{
    public PreparedAnswer Answer(ApiRequest api)
    {
        if (!JsonReading.TryParse(api.Body, out var document))
        {
            return vendor.BadJson();
        }
        using (document)
        {
            var request = document!.RootElement;
            var shape = api.PathModel is null ? ChatSchema.OpenAi : ChatSchema.Azure;
            if (shape.Check(request) is { } complaint)
            {
                return vendor.Refuse(complaint).WithModel(request);
            }
            var name = api.PathModel ?? request.Text("model")!;
            if (models.Find(name) is not { } model)
            {
                return models.Unknown(name).WithModel(name);
            }
            if (model.IsEmbedding)
            {
                return OpenAiErrors.Answer(404, "This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?", "model").WithModel(name);
            }
            if (ChatRules.Check(request, model) is { } refusal)
            {
                return refusal.WithModel(name);
            }
            var prompt = ChatPrompt.Read(request, model);
            if (prompt.Tokens > model.ContextTokens)
            {
                return OpenAiErrors.Answer(400, $"This model's maximum context length is {model.ContextTokens} tokens. However, your messages resulted in {prompt.Tokens} tokens. Please reduce the length of the messages.", "messages", "context_length_exceeded").WithModel(name);
            }
            if (prompt.Directives.Filter && azure)
            {
                return ModelSelection.Filtered().WithModel(name);
            }
            var answer = new ChatAnswer(request, model, prompt, azure);
            return new PreparedAnswer
            {
                Model = name,
                PromptText = prompt.Text,
                Tokens = answer.CompletionTokens,
                Directives = prompt.Directives,
                ContentType = request.Flag("stream") ? PreparedAnswer.EventStream : PreparedAnswer.Json,
                Frames = request.Flag("stream") ? answer.Stream() : null,
                Body = request.Flag("stream") ? [] : answer.Whole(),
            };
        }
    }
}
