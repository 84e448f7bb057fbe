using GlobalGateway.EdgeNode.ResponseState;

namespace GlobalGateway.EdgeNode.Dialects;

/// <summary>What a path of the model APIs means; <see cref="Operation.None"/> when it is not one.</summary>
public readonly record struct ApiPath(Operation Operation, Dialect Dialect, bool Azure = false, string? Model = null, StoredResponsePath? Stored = null)
{
    private const string AzureResponses = "/openai/responses";
    private const string AzureDeployments = "/openai/deployments/";

    /// <summary>Reads OpenAI (<c>/v1/…</c>), Azure (<c>/openai/…</c>), Anthropic and Gemini (<c>/v1beta/…</c>, <c>/v1/models/…:…</c>) paths; a doubled <c>/v1/v1</c> is one.</summary>
    public static ApiPath Parse(string path)
    {
        var rest = path.AsSpan();
        if (rest.StartsWith(AzureDeployments, StringComparison.Ordinal))
        {
            return ParseDeployment(rest[AzureDeployments.Length..]);
        }

        if (rest.StartsWith(AzureResponses, StringComparison.Ordinal))
        {
            return ParseResponses(rest[AzureResponses.Length..], azure: true);
        }

        var azure = rest.StartsWith("/openai/v1/", StringComparison.Ordinal);
        if (azure)
        {
            rest = rest["/openai".Length..];
        }

        if (!rest.StartsWith("/v1/", StringComparison.Ordinal))
        {
            return rest.StartsWith("/v1beta/", StringComparison.Ordinal) ? ParseGemini(rest["/v1beta/".Length..]) : default;
        }

        rest = rest["/v1/".Length..];
        if (rest.StartsWith("v1/", StringComparison.Ordinal))
        {
            rest = rest["v1/".Length..];
        }

        return rest switch
        {
            "chat/completions" => new(Operation.ChatCompletions, Dialect.OpenAI, azure),
            "embeddings" => new(Operation.Embeddings, Dialect.OpenAI, azure),
            "messages" when !azure => new(Operation.Messages, Dialect.Anthropic),
            "messages/count_tokens" when !azure => new(Operation.CountTokens, Dialect.Anthropic),
            "models" => new(Operation.ListModels, Dialect.OpenAI, azure),
            _ when rest.StartsWith("responses", StringComparison.Ordinal) => ParseResponses(rest["responses".Length..], azure),
            // Google's newer libraries call the stable version's paths by default.
            _ when !azure && rest.Contains(':') && ParseGemini(rest) is { Operation: not Operation.None } gemini => gemini,
            _ when rest.StartsWith("models/", StringComparison.Ordinal) && rest.Length > "models/".Length =>
                new(Operation.GetModel, Dialect.OpenAI, azure, rest["models/".Length..].ToString()),
            _ => default,
        };
    }

    private static ApiPath ParseResponses(ReadOnlySpan<char> rest, bool azure) =>
        rest.IsEmpty ? new(Operation.Responses, Dialect.OpenAI, azure)
        : rest[0] == '/' && StoredResponsePath.Parse(rest[1..]) is { } stored ? new(Operation.StoredResponse, Dialect.OpenAI, azure, Stored: stored)
        : default;

    private static ApiPath ParseDeployment(ReadOnlySpan<char> rest)
    {
        foreach (var (suffix, operation) in (ReadOnlySpan<(string, Operation)>)
            [("/chat/completions", Operation.ChatCompletions), ("/embeddings", Operation.Embeddings), ("/responses", Operation.Responses)])
        {
            if (rest.EndsWith(suffix, StringComparison.Ordinal) && rest.Length > suffix.Length)
            {
                return new(operation, Dialect.OpenAI, Azure: true, rest[..^suffix.Length].ToString());
            }
        }

        return default;
    }

    // The model stands in the path, with the method after a colon: models/{model}:generateContent.
    private static ApiPath ParseGemini(ReadOnlySpan<char> rest)
    {
        const string Models = "models/";
        if (rest is "models")
        {
            return new(Operation.ListModels, Dialect.Gemini);
        }

        if (rest.StartsWith(Models, StringComparison.Ordinal) && rest.Length > Models.Length && !rest.Contains(':'))
        {
            return new(Operation.GetModel, Dialect.Gemini, Model: rest[Models.Length..].ToString());
        }

        var colon = rest.LastIndexOf(':');
        var operation = !rest.StartsWith(Models, StringComparison.Ordinal) || colon <= Models.Length ? Operation.None : rest[(colon + 1)..] switch
        {
            "generateContent" => Operation.GenerateContent,
            "streamGenerateContent" => Operation.StreamGenerateContent,
            "countTokens" => Operation.GeminiCountTokens,
            "embedContent" => Operation.EmbedContent,
            "batchEmbedContents" => Operation.BatchEmbedContents,
            _ => Operation.None,
        };
        return operation == Operation.None ? new(Operation.None, Dialect.Gemini) : new(operation, Dialect.Gemini, Model: rest[Models.Length..colon].ToString());
    }

    public bool Takes(string method) => Operation switch
    {
        Operation.StoredResponse => Stored!.Takes(method),
        Operation.ListModels or Operation.GetModel => HttpMethods.IsGet(method) || HttpMethods.IsHead(method),
        _ => HttpMethods.IsPost(method),
    };

    public string Methods => Stored?.Methods ?? (Operation is Operation.ListModels or Operation.GetModel ? "GET, HEAD" : "POST");
}
