using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Dialects;

namespace GlobalGateway.EdgeNode.Upstreams;

/// <summary>Where each operation of one upstream model is called; absent when the target does not serve it.</summary>
public sealed class UpstreamUrls
{
    private readonly Uri?[] _byOperation = new Uri?[(int)Operation.Service + 1];

    public Uri? For(Operation operation) => _byOperation[(int)operation];

    /// <summary>Where translated chat requests go.</summary>
    public Uri? Chat { get; private set; }

    /// <summary>The same for streams; differs only where the URL says it.</summary>
    public Uri? ChatStream { get; private set; }

    /// <summary>Where translated embedding requests go.</summary>
    public Uri? Embeddings { get; private set; }

    /// <summary>Where tokens are counted, in whichever dialect.</summary>
    public Uri? Count { get; private set; }

    /// <summary>Where a translated request goes.</summary>
    public Uri? Translated(Operation operation, bool stream) => operation switch
    {
        Operation.Embeddings or Operation.EmbedContent or Operation.BatchEmbedContents => Embeddings,
        Operation.CountTokens or Operation.GeminiCountTokens => Count,
        _ => stream ? ChatStream : Chat,
    };

    public static UpstreamUrls Create(ProviderFormat format, ProviderEndpoint endpoint, string model, Capabilities capabilities)
    {
        var urls = new UpstreamUrls();
        var root = endpoint.Url.TrimEnd('/');
        switch (format)
        {
            case ProviderFormat.OpenAI:
                Add(Operation.ChatCompletions, ModelApi.Chat, $"{root}/chat/completions");
                Add(Operation.Responses, ModelApi.Responses, $"{root}/responses");
                Add(Operation.Embeddings, ModelApi.Embeddings, $"{root}/embeddings");
                break;
            case ProviderFormat.AzureOpenAI when endpoint.ApiVersion is { } version:
                var deployment = $"{root}/openai/deployments/{Uri.EscapeDataString(model)}";
                Add(Operation.ChatCompletions, ModelApi.Chat, $"{deployment}/chat/completions?api-version={version}");
                Add(Operation.Responses, ModelApi.Responses, $"{root}/openai/responses?api-version={version}");
                Add(Operation.Embeddings, ModelApi.Embeddings, $"{deployment}/embeddings?api-version={version}");
                break;
            case ProviderFormat.AzureOpenAI:
                Add(Operation.ChatCompletions, ModelApi.Chat, $"{root}/openai/v1/chat/completions");
                Add(Operation.Responses, ModelApi.Responses, $"{root}/openai/v1/responses");
                Add(Operation.Embeddings, ModelApi.Embeddings, $"{root}/openai/v1/embeddings");
                break;
            case ProviderFormat.Anthropic:
                Add(Operation.Messages, ModelApi.Messages, $"{root}/v1/messages");
                Add(Operation.CountTokens, ModelApi.Messages, $"{root}/v1/messages/count_tokens");
                break;
            case ProviderFormat.Gemini:
                var name = $"{root}/v1beta/models/{Uri.EscapeDataString(model)}";
                Add(Operation.GenerateContent, ModelApi.Chat, $"{name}:generateContent");
                Add(Operation.StreamGenerateContent, ModelApi.Chat, $"{name}:streamGenerateContent?alt=sse");
                Add(Operation.GeminiCountTokens, ModelApi.Chat, $"{name}:countTokens");
                // Clients name the public model in each of a batch's requests, so these never pass as they are.
                if (capabilities.Api.Count == 0 || capabilities.Api.Contains(ModelApi.Embeddings))
                {
                    urls.Embeddings = new Uri($"{name}:batchEmbedContents");
                }

                urls.Chat = urls.For(Operation.GenerateContent);
                urls.ChatStream = urls.For(Operation.StreamGenerateContent);
                break;
        }

        urls.Chat ??= urls.For(Operation.ChatCompletions) ?? urls.For(Operation.Responses) ?? urls.For(Operation.Messages);
        urls.ChatStream ??= urls.Chat;
        urls.Embeddings ??= urls.For(Operation.Embeddings);
        urls.Count = urls.For(Operation.CountTokens) ?? urls.For(Operation.GeminiCountTokens);
        return urls;

        void Add(Operation operation, ModelApi api, string url)
        {
            if (capabilities.Api.Count == 0 || capabilities.Api.Contains(api))
            {
                urls._byOperation[(int)operation] = new Uri(url);
            }
        }
    }
}
