using System.Text;
using System.Text.Json;
using GlobalGateway.EdgeNode.Admission;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>Reads a <c>generateContent</c> request.</summary>
internal static class GeminiRequestReader
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = AdmissionLimits.JsonDepthMax };

    private static readonly HashSet<string> Known = ["contents", "systemInstruction", "tools", "toolConfig", "generationConfig", "model"];

    private static readonly HashSet<string> KnownConfig =
    [
        "temperature", "topP", "topK", "maxOutputTokens", "stopSequences", "candidateCount", "presencePenalty", "frequencyPenalty",
        "responseLogprobs", "logprobs", "responseMimeType", "responseSchema", "responseJsonSchema", "thinkingConfig", "responseModalities",
    ];

    public static ChatRequest Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, Options);
        return Read(GeminiFieldNames.ToCamelCase(document.RootElement));
    }

    /// <param name="root">With its fields in camel case.</param>
    public static ChatRequest Read(JsonElement root)
    {
        if (root.Has("cachedContent", out _))
        {
            throw new TranslationException("cachedContent", "Cached content is known only to its provider; send it in \"contents\".");
        }

        var config = root.Has("generationConfig", out var given) ? given.Object("generationConfig") : default;
        string[] unknown = [.. Unknown(root, Known), .. Unknown(config, KnownConfig)];
        var turns = new List<Turn>();
        if (root.Has("systemInstruction", out var system))
        {
            turns.Add(new Turn(TurnRole.System, GeminiContents.ReadParts(system, "systemInstruction", new())));
        }

        turns.AddRange(GeminiContents.Read(root));
        var (choice, allowed) = ReadToolChoice(root);
        var request = new ChatRequest
        {
            Turns = turns,
            Tools = [.. ReadTools(root).Where(t => allowed.Count < 2 || allowed.Contains(t.Name))],
            ToolChoice = choice,
            WantsUsage = true,
            Hints = unknown,
        };
        if (config.ValueKind == JsonValueKind.Undefined)
        {
            return request;
        }

        RefuseOtherThanText(config);
        return WithConfig(request, config);
    }

    private static void RefuseOtherThanText(JsonElement config)
    {
        if (config.Items("responseModalities").Any(m => m.Item.ValueKind != JsonValueKind.String || !m.Item.ValueEquals("TEXT")))
        {
            throw new TranslationException("generationConfig.responseModalities", "Answers other than text are not available from this target.");
        }
    }

    private static ChatRequest WithConfig(ChatRequest request, JsonElement config) => request with
    {
        MaxOutputTokens = config.Whole("maxOutputTokens", 1, int.MaxValue),
        Temperature = config.Number("temperature", 0, 2),
        TopP = config.Number("topP", 0, 1),
        TopK = config.Whole("topK", 0, int.MaxValue),
        FrequencyPenalty = config.Number("frequencyPenalty", -2, 2),
        PresencePenalty = config.Number("presencePenalty", -2, 2),
        Stop = [.. config.Items("stopSequences").Select(s => s.Item.ValueKind == JsonValueKind.String ? s.Item.GetString()! : throw new TranslationException(s.Place, $"\"{s.Place}\" must be text."))],
        Candidates = (int)(config.Whole("candidateCount", 1, 8) ?? 1),
        TopLogProbs = config.Flag("responseLogprobs") == true ? (int)(config.Whole("logprobs", 0, 20) ?? 0) : null,
        Format = ReadFormat(config),
        Reasoning = ReadReasoning(config),
    };

    private static OutputFormat? ReadFormat(JsonElement config) => config.Text("responseMimeType") switch
    {
        null or "text/plain" => null,
        "application/json" when config.Has("responseSchema", out var schema) => new OutputFormat("answer", GeminiSchemaReader.ToJsonSchema(schema), null),
        "application/json" => new OutputFormat(null, config.Has("responseJsonSchema", out var schema) ? schema.Object("responseJsonSchema").Clone() : null, null),
        var other => throw new TranslationException("generationConfig.responseMimeType", $"Answers of type \"{other}\" are not available from this target."),
    };

    // -1 leaves it to the model.
    private static Reasoning? ReadReasoning(JsonElement config) => !config.Has("thinkingConfig", out var thinking) ? null
        : thinking.Object("thinkingConfig").Text("thinkingLevel") is { } level ? new Reasoning(level.ToLowerInvariant(), null)
        : thinking.Whole("thinkingBudget") is { } budget and >= 0 ? new Reasoning(null, budget)
        : null;

    private static IEnumerable<ToolSpec> ReadTools(JsonElement root)
    {
        foreach (var (tool, place) in root.Items("tools"))
        {
            foreach (var other in tool.Object(place).EnumerateObject().Where(p => p.Name != "functionDeclarations"))
            {
                throw new TranslationException($"{place}.{other.Name}", $"The tool \"{other.Name}\" runs at Google and is not available from this target.");
            }

            foreach (var (function, inner) in tool.Items("functionDeclarations", place))
            {
                JsonElement? schema = function.Object(inner).Has("parameters", out var parameters) ? GeminiSchemaReader.ToJsonSchema(parameters)
                    : function.Has("parametersJsonSchema", out var plain) ? plain.Object($"{inner}.parametersJsonSchema").Clone()
                    : null;
                yield return new ToolSpec(function.RequiredText("name", inner), function.Text("description", inner), schema, null);
            }
        }
    }

    private static (ToolChoice? Choice, HashSet<string> Allowed) ReadToolChoice(JsonElement root)
    {
        if (!root.Has("toolConfig", out var config) || !config.Object("toolConfig").Has("functionCallingConfig", out var calling))
        {
            return (null, []);
        }

        const string Place = "toolConfig.functionCallingConfig";
        HashSet<string> allowed = [.. calling.Object(Place).Items("allowedFunctionNames", Place).Select(n => n.Item.GetString() ?? "")];
        return (calling.Text("mode", Place) switch
        {
            "ANY" => allowed.Count == 1 ? new ToolChoice(ToolChoiceKind.Named, allowed.First()) : new ToolChoice(ToolChoiceKind.Required),
            "NONE" => new ToolChoice(ToolChoiceKind.None),
            _ => new ToolChoice(ToolChoiceKind.Auto),
        }, allowed);
    }

    private static IEnumerable<string> Unknown(JsonElement owner, HashSet<string> known) =>
        owner.ValueKind == JsonValueKind.Object ? owner.EnumerateObject().Select(p => p.Name).Where(n => !known.Contains(n)) : [];
}
