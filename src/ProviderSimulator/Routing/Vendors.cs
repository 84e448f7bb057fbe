using GlobalGateway.ProviderSimulator.Anthropic;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Azure;
using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.Gemini;
using GlobalGateway.ProviderSimulator.OpenAi;
using GlobalGateway.ProviderSimulator.Sentiment;

namespace GlobalGateway.ProviderSimulator.Routing;

/// <summary>Every operation of every stand-in vendor.</summary>
internal static class Vendors
{
    public static ApiRoutes Routes(ModelCatalogue catalogue)
    {
        OpenAiVendor openAi = new();
        AzureVendor azure = new();
        AnthropicVendor anthropic = new();
        SentimentVendor sentiment = new();
        GeminiVendor gemini = new();
        return new ApiRoutes(
            [.. OpenAi("/openai/v1", openAi, new ModelSelection(catalogue, azure: false), isAzure: false),
             .. OpenAi("/azure/openai/v1", azure, new ModelSelection(catalogue, azure: true), isAzure: true),
             .. Deployments(azure, new ModelSelection(catalogue, azure: true)),
             .. Anthropic(anthropic, catalogue),
             .. Gemini(gemini, catalogue),
             ("/sentiment/v1/sentiment", new Operation("sentiment", sentiment, new SentimentEndpoint(sentiment).Answer))],
            [("/openai/", openAi), ("/azure/", azure), ("/anthropic/", anthropic), ("/gemini/", gemini), ("/sentiment/", sentiment)]);
    }

    private static IEnumerable<(string, Operation)> OpenAi(string root, OpenAiVendor vendor, ModelSelection models, bool isAzure)
    {
        var list = new ModelsEndpoint(models);
        Func<ApiRequest, PreparedAnswer?>? precheck = isAzure ? AzureGate.RequireVersion : null;
        yield return (root + "/chat/completions", new Operation("chat", vendor, new ChatEndpoint(vendor, models, isAzure).Answer) { Precheck = precheck });
        yield return (root + "/embeddings", new Operation("embeddings", vendor, new EmbeddingsEndpoint(vendor, models).Answer) { Precheck = precheck });
        var store = new ResponseStore();
        var responses = new ResponsesEndpoint(vendor, models, store);
        Operation Stored(string method, Func<ApiRequest, PreparedAnswer> answer) => new("responses", vendor, answer) { Method = method, Cacheable = false, Precheck = precheck };
        yield return (root + "/responses", new Operation("responses", vendor, responses.Create) { Precheck = precheck, Sent = answer => store.Keep(answer.Stored!) });
        yield return (root + "/responses/{id}", Stored("GET", responses.Get));
        yield return (root + "/responses/{id}", Stored("DELETE", responses.Delete));
        yield return (root + "/responses/{id}/cancel", Stored("POST", responses.Cancel) with { TakesBody = false });
        yield return (root + "/responses/{id}/input_items", Stored("GET", responses.Items));
        yield return (root + "/models", new Operation("models", vendor, list.List) { Method = "GET", Cacheable = false });
        yield return (root + "/models/{id}", new Operation("models", vendor, list.Get) { Method = "GET", Cacheable = false });
    }

    private static IEnumerable<(string, Operation)> Deployments(AzureVendor vendor, ModelSelection models)
    {
        const string Root = "/azure/openai/deployments/{deployment}";
        yield return (Root + "/chat/completions", new Operation("chat", vendor, new ChatEndpoint(vendor, models, azure: true).Answer) { Precheck = AzureGate.RequireVersion });
        yield return (Root + "/embeddings", new Operation("embeddings", vendor, new EmbeddingsEndpoint(vendor, models).Answer) { Precheck = AzureGate.RequireVersion });
    }

    private static IEnumerable<(string, Operation)> Anthropic(AnthropicVendor vendor, ModelCatalogue catalogue)
    {
        var messages = new MessagesEndpoint(vendor, catalogue);
        var models = new AnthropicModelsEndpoint(catalogue);
        yield return ("/anthropic/v1/messages", new Operation("messages", vendor, messages.Create) { Precheck = MessagesEndpoint.RequireVersion, Variant = static headers => MessagesEndpoint.TakesSampling(headers) ? "messages" : "messages without sampling" });
        yield return ("/anthropic/v1/messages/count_tokens", new Operation("count_tokens", vendor, messages.Count) { Precheck = MessagesEndpoint.RequireVersion });
        yield return ("/anthropic/v1/models", new Operation("models", vendor, models.List) { Method = "GET", Precheck = MessagesEndpoint.RequireVersion, Cacheable = false });
        yield return ("/anthropic/v1/models/{id}", new Operation("models", vendor, models.Get) { Method = "GET", Precheck = MessagesEndpoint.RequireVersion, Cacheable = false });
    }

    private static IEnumerable<(string, Operation)> Gemini(GeminiVendor vendor, ModelCatalogue catalogue)
    {
        const string Root = "/gemini/v1beta/models";
        var generate = new GenerateEndpoint(vendor, catalogue);
        var embed = new EmbedEndpoint(vendor, catalogue);
        var models = new GeminiModelsEndpoint(catalogue);
        yield return (Root + "/{model}:generateContent", new Operation("generateContent", vendor, generate.Whole));
        yield return (Root + "/{model}:streamGenerateContent", new Operation("streamGenerateContent", vendor, generate.Stream));
        yield return (Root + "/{model}:countTokens", new Operation("countTokens", vendor, generate.Count));
        yield return (Root + "/{model}:embedContent", new Operation("embedContent", vendor, embed.One));
        yield return (Root + "/{model}:batchEmbedContents", new Operation("batchEmbedContents", vendor, embed.Batch));
        yield return (Root, new Operation("models", vendor, models.List) { Method = "GET", Cacheable = false });
        yield return (Root + "/{id}", new Operation("models", vendor, models.Get) { Method = "GET", Cacheable = false });
    }
}
