using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.Gemini;

/// <summary>The fields of <c>generateContent</c>, <c>countTokens</c> and the embedding methods, by their camel-case names.</summary>
internal static class GenerateSchema
{
    private static readonly SchemaShape Schema = new();

    private static readonly ObjectShape Part = new(
        ("text", Shape.Text), ("thought", Shape.Flag), ("thoughtSignature", Shape.Text),
        ("inlineData", new ObjectShape(("mimeType!", Shape.Text), ("data!", Shape.Text), ("displayName", Shape.Text))),
        ("fileData", new ObjectShape(("mimeType", Shape.Text), ("fileUri!", Shape.Text), ("displayName", Shape.Text))),
        ("functionCall", new ObjectShape(("id", Shape.Text), ("name!", Shape.Text), ("args", Shape.FreeObject))),
        ("functionResponse", new ObjectShape(("id", Shape.Text), ("name!", Shape.Text), ("response!", Shape.FreeObject), ("willContinue", Shape.Flag), ("scheduling", Shape.Text), ("parts", Shape.List(Shape.FreeObject)))),
        ("executableCode", Shape.FreeObject), ("codeExecutionResult", Shape.FreeObject), ("videoMetadata", Shape.FreeObject), ("partMetadata", Shape.FreeObject), ("mediaResolution", Shape.Any));

    public static ObjectShape Content { get; } = new(("role", Shape.Text), ("parts", Shape.List(Part)));

    private static readonly ObjectShape Declaration = new(
        ("name!", Shape.Text), ("description", Shape.Text), ("behavior", Shape.Text), ("parameters", Schema), ("parametersJsonSchema", Shape.Any), ("response", Schema), ("responseJsonSchema", Shape.Any));

    private static readonly ObjectShape Tool = new(
        ("functionDeclarations", Shape.List(Declaration)), ("googleSearch", Shape.FreeObject), ("googleSearchRetrieval", Shape.FreeObject),
        ("codeExecution", Shape.FreeObject), ("urlContext", Shape.FreeObject), ("googleMaps", Shape.FreeObject), ("fileSearch", Shape.FreeObject), ("computerUse", Shape.FreeObject));

    private static readonly ObjectShape ToolConfig = new(
        ("functionCallingConfig", new ObjectShape(("mode", Shape.OneOf("MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED")), ("allowedFunctionNames", Shape.List(Shape.Text)))),
        ("retrievalConfig", Shape.FreeObject));

    private static readonly ObjectShape Config = new(
        ("stopSequences", Shape.List(Shape.Text)), ("responseMimeType", Shape.Text), ("responseSchema", Schema), ("responseJsonSchema", Shape.Any), ("_responseJsonSchema", Shape.Any),
        ("responseModalities", Shape.List(Shape.Text)), ("candidateCount", Shape.Whole()), ("maxOutputTokens", Shape.Whole()), ("temperature", Shape.Number(0, 2)), ("topP", Shape.Number(0, 1)),
        ("topK", Shape.Number(0)), ("seed", Shape.Whole()), ("presencePenalty", Shape.Number(-2, 2)), ("frequencyPenalty", Shape.Number(-2, 2)), ("responseLogprobs", Shape.Flag), ("logprobs", Shape.Whole(0, 20)),
        ("enableEnhancedCivicAnswers", Shape.Flag), ("speechConfig", Shape.FreeObject), ("imageConfig", Shape.FreeObject), ("mediaResolution", Shape.Text),
        ("thinkingConfig", new ObjectShape(("includeThoughts", Shape.Flag), ("thinkingBudget", Shape.Whole()), ("thinkingLevel", Shape.Text))));

    private static readonly (string, Shape)[] GenerateFields =
    [
        ("model", Shape.Text), ("contents", Shape.List(Content)), ("tools", Shape.List(Tool)), ("toolConfig", ToolConfig),
        ("safetySettings", Shape.List(new ObjectShape(("category!", Shape.Text), ("threshold!", Shape.Text), ("method", Shape.Text)))),
        ("systemInstruction", Content), ("generationConfig", Config), ("cachedContent", Shape.Text), ("labels", Shape.FreeObject),
    ];

    public static ObjectShape Generate { get; } = new(GenerateFields);

    public static ObjectShape Count { get; } = new(("contents", Shape.List(Content)), ("generateContentRequest", Generate));

    public static ObjectShape Embed { get; } = new(
        ("model", Shape.Text), ("content!", Content), ("title", Shape.Text), ("outputDimensionality", Shape.Whole(1)),
        ("taskType", Shape.OneOf("TASK_TYPE_UNSPECIFIED", "RETRIEVAL_QUERY", "RETRIEVAL_DOCUMENT", "SEMANTIC_SIMILARITY", "CLASSIFICATION", "CLUSTERING", "QUESTION_ANSWERING", "FACT_VERIFICATION", "CODE_RETRIEVAL_QUERY")));

    public static ObjectShape Batch { get; } = new(("requests!", Shape.List(Embed, 1, EmbedEndpoint.RequestsMax)));
}
