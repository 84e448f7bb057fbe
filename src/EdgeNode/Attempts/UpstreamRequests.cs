using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Admission;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.ResponseState;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Telemetry;
using GlobalGateway.EdgeNode.TokenCounting;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Upstreams;

namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>Builds the call to one target: its URL, the headers it may see, its credential, and the body with the upstream's model name.</summary>
public static class UpstreamRequests
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly byte[] MaxTokens = "\"max_tokens\""u8.ToArray();
    private static readonly byte[] MaxCompletionTokens = "\"max_completion_tokens\""u8.ToArray();
    private static readonly byte[] IncludeUsage = """{"include_usage":true}"""u8.ToArray();
    private static readonly byte[] IncludeUsageMember = "\"include_usage\":true,"u8.ToArray();
    private static readonly byte[] IncludeUsageOptions = ",\"stream_options\":{\"include_usage\":true}"u8.ToArray();

    // What a client may say to a provider of its own dialect. Everything else stays here: credentials, organisations, cookies, addresses.
    private static readonly string[] OpenAIHeaders = ["OpenAI-Beta", "Idempotency-Key"];
    private static readonly string[] AnthropicHeaders = ["anthropic-version", "anthropic-beta", "Idempotency-Key"];

    public static HttpRequestMessage Create(HttpContext context, GatewayRequest request, UpstreamExchange exchange, UpstreamCredential? credential)
    {
        var target = exchange.Target;
        var url = exchange.Translation is null ? target.Urls.For(request.Operation) : target.Urls.Translated(request.Operation, request.IsStream);
        var message = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher,
            Content = exchange.Translation is { } translation
                ? new TranslatedContent(translation.Body.WrittenMemory, exchange.Charge) { Headers = { ContentType = Json } }
                : new UpstreamContent(request.Body!, Rewrite(request, target, exchange.Charge?.MaxOutput), exchange.Charge),
        };
        var headers = message.Headers;
        headers.TryAddWithoutValidation("accept", request.IsStream ? "text/event-stream" : "application/json");
        headers.TryAddWithoutValidation("accept-encoding", "identity");
        headers.TryAddWithoutValidation("user-agent", "GlobalGateway");
        headers.TryAddWithoutValidation("traceparent", TraceContext.Next(context.Request, out var state, exchange.Span));
        if (state is not null)
        {
            headers.TryAddWithoutValidation("tracestate", state);
        }

        var format = target.Provider.Resource.Format;
        foreach (var name in format switch { ProviderFormat.Anthropic => AnthropicHeaders, ProviderFormat.Gemini => [], _ => OpenAIHeaders })
        {
            if (exchange.Translation is null && context.Request.Headers.TryGetValue(name, out var values))
            {
                headers.TryAddWithoutValidation(name, (IEnumerable<string>)values!);
            }
        }

        Authenticate(message, format, credential);
        return message;
    }

    /// <summary>A question to a target's endpoint that costs nothing.</summary>
    /// <param name="path">Below the endpoint's URL.</param>
    public static HttpRequestMessage CreateProbe(ModelEndpoint target, string path)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, target.Endpoint.Url.TrimEnd('/') + path);
        message.Headers.TryAddWithoutValidation("user-agent", "GlobalGateway");
        var credential = target.Provider.PickCredential();
        Authenticate(message, target.Provider.Resource.Format, credential < 0 ? null : target.Provider.Credentials[credential]);
        return message;
    }

    internal static void Authenticate(HttpRequestMessage message, ProviderFormat format, UpstreamCredential? credential)
    {
        if (format == ProviderFormat.Anthropic && !message.Headers.Contains("anthropic-version"))
        {
            message.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        }

        if (credential?.Secret is not { } secret)
        {
            return;
        }

        switch (format)
        {
            case var _ when credential.Scheme == CredentialScheme.Bearer:
                message.Headers.TryAddWithoutValidation("authorization", $"Bearer {secret}");
                break;
            case ProviderFormat.Anthropic:
                message.Headers.TryAddWithoutValidation("x-api-key", secret);
                break;
            case ProviderFormat.AzureOpenAI:
                message.Headers.TryAddWithoutValidation("api-key", secret);
                break;
            case ProviderFormat.Gemini:
                message.Headers.TryAddWithoutValidation("x-goog-api-key", secret);
                break;
            default:
                message.Headers.TryAddWithoutValidation("authorization", $"Bearer {secret}");
                break;
        }
    }

    /// <summary>
    /// The upstream's model name instead of the public one, and its own id of the response that the request goes on with; ids of calls
    /// without what they carry for other providers; the output limit in the field the target declares, and no higher than its budget pays for;
    /// and a usage frame in chat streams, which are metered by it.
    /// </summary>
    private static Splices Rewrite(GatewayRequest request, ModelEndpoint target, long? outputMax)
    {
        var facts = request.Facts;
        var body = request.Body!.Span;
        var splices = new Splices();
        if (request.Operation == Operation.GeminiCountTokens && GeminiTokenCounts.NestedModel(body) is { } nested)
        {
            splices.Replace(nested.Start.Value, nested.End.Value, target.UpstreamModelJson);
        }

        if (request.Operation != Operation.Embeddings)
        {
            foreach (var carried in CarriedReasoning.Places(body))
            {
                splices.Replace(carried.Start.Value, carried.End.Value, default);
            }

            foreach (var foreign in ForeignReasoning.Places(request.Operation, body))
            {
                splices.Replace(foreign.Start.Value, foreign.End.Value, default);
            }
        }

        var limit = facts.OutputLimitName;
        if (request.Operation == Operation.ChatCompletions && target.Capabilities.OutputLimitField is { } field && limit.End.Value > 0)
        {
            splices.Replace(limit.Start.Value, limit.End.Value, field == OutputLimitField.MaxCompletionTokens ? MaxCompletionTokens : MaxTokens);
        }

        if (outputMax is { } most && most != facts.MaxOutputTokens)
        {
            OutputLimits.Write(request, target, most, ref splices);
        }

        if (request.Responses is not null)
        {
            ReturnedReasoning.Rewrite(body, target.Provider.Name, ref splices);
        }

        if (request.Responses?.Pin is { } pin)
        {
            splices.Replace(facts.PreviousResponseValue.Start.Value, facts.PreviousResponseValue.End.Value, Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(pin.Origin.ProvidersId)}\""));
        }

        var (start, end) = (facts.ModelValue.Start.Value, facts.ModelValue.End.Value);
        var addOptions = request.Operation == Operation.ChatCompletions && facts.Stream && !facts.WantsUsage && target.Capabilities.StreamOptions;
        var (optionsStart, optionsEnd) = (facts.StreamOptionsValue.Start.Value, facts.StreamOptionsValue.End.Value);
        if (addOptions && optionsEnd == 0)
        {
            if (end == 0)
            {
                // Azure's deployment paths name the model: the option goes in right after the brace.
                var brace = body.IndexOf((byte)'{') + 1;
                splices.Replace(brace, brace, (byte[])[.. IncludeUsageOptions.AsSpan(1), .. ","u8]);
                return splices;
            }

            splices.Replace(start, end, (byte[])[.. target.UpstreamModelJson, .. IncludeUsageOptions]);
            return splices;
        }

        if (end > 0)
        {
            splices.Replace(start, end, target.UpstreamModelJson);
        }

        if (addOptions)
        {
            var options = body[optionsStart..optionsEnd];
            // Other members are kept, unless include_usage itself is there and false.
            if (options[0] == '{' && options.IndexOf("include_usage"u8) < 0 && options.Contains((byte)':'))
            {
                splices.Replace(optionsStart + 1, optionsStart + 1, IncludeUsageMember);
            }
            else
            {
                splices.Replace(optionsStart, optionsEnd, IncludeUsage);
            }
        }

        return splices;
    }
}
