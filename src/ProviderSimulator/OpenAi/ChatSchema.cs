using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>The fields of <c>POST /chat/completions</c>.</summary>
internal static class ChatSchema
{
    private static readonly ObjectShape TextPart = new(("type!", Shape.Text), ("text!", Shape.Text), ("cache_control", Shape.FreeObject));
    private static readonly ObjectShape Refusal = new(("type!", Shape.Text), ("refusal!", Shape.Text));
    private static readonly ObjectShape ImagePart = new(("type!", Shape.Text), ("image_url!", new ObjectShape(("url!", Shape.Text), ("detail", Shape.OneOf("auto", "low", "high")))));
    private static readonly ObjectShape AudioPart = new(("type!", Shape.Text), ("input_audio!", new ObjectShape(("data!", Shape.Text), ("format!", Shape.OneOf("wav", "mp3")))));
    private static readonly ObjectShape FilePart = new(("type!", Shape.Text), ("file!", new ObjectShape(("file_data", Shape.Text), ("file_id", Shape.Text), ("filename", Shape.Text))));

    private static readonly Shape TextContent = Shape.Either(Shape.Text, Shape.List(TaggedShape.By("type", ("text", TextPart)), 1));

    private static readonly Shape UserContent = Shape.Either(Shape.Text,
        Shape.List(TaggedShape.By("type", ("text", TextPart), ("image_url", ImagePart), ("input_audio", AudioPart), ("file", FilePart)), 1));

    private static readonly Shape AssistantContent = Shape.Either(Shape.Text, Shape.List(TaggedShape.By("type", ("text", TextPart), ("refusal", Refusal)), 1));

    private static readonly Shape ToolCalls = Shape.List(TaggedShape.By("type",
        ("function", new ObjectShape(("id!", Shape.Text), ("type!", Shape.Text), ("function!", new ObjectShape(("name!", Shape.Text), ("arguments!", Shape.Text))))),
        ("custom", new ObjectShape(("id!", Shape.Text), ("type!", Shape.Text), ("custom!", new ObjectShape(("name!", Shape.Text), ("input!", Shape.Text)))))), 1);

    private static readonly ObjectShape Instruction = new(("role!", Shape.Text), ("content!", TextContent), ("name", Shape.Text));

    private static readonly Shape Message = TaggedShape.By("role",
        ("system", Instruction),
        ("developer", Instruction),
        ("user", new ObjectShape(("role!", Shape.Text), ("content!", UserContent), ("name", Shape.Text))),
        ("assistant", new ObjectShape(("role!", Shape.Text), ("content", AssistantContent), ("name", Shape.Text), ("refusal", Shape.Text), ("tool_calls", ToolCalls),
            ("function_call", Shape.FreeObject), ("audio", Shape.FreeObject), ("annotations", Shape.List(Shape.FreeObject)))),
        ("tool", new ObjectShape(("role!", Shape.Text), ("content!", TextContent), ("tool_call_id!", Shape.Text), ("name", Shape.Text))),
        ("function", new ObjectShape(("role!", Shape.Text), ("content!", TextContent), ("name!", Shape.Text))));

    private static readonly Shape Tool = TaggedShape.By("type",
        ("function", new ObjectShape(("type!", Shape.Text), ("function!", new ObjectShape(("name!", Shape.TextUpTo(64)), ("description", Shape.Text), ("parameters", Shape.FreeObject), ("strict", Shape.Flag))))),
        ("custom", new ObjectShape(("type!", Shape.Text), ("custom!", new ObjectShape(("name!", Shape.TextUpTo(64)), ("description", Shape.Text), ("format", Shape.FreeObject))))));

    private static readonly Shape NamedTool = TaggedShape.By("type",
        ("function", new ObjectShape(("type!", Shape.Text), ("function!", new ObjectShape(("name!", Shape.Text))))),
        ("custom", new ObjectShape(("type!", Shape.Text), ("custom!", new ObjectShape(("name!", Shape.Text))))),
        ("allowed_tools", new ObjectShape(("type!", Shape.Text), ("allowed_tools!", Shape.FreeObject))));

    private static readonly Shape ResponseFormat = TaggedShape.By("type",
        ("text", new ObjectShape(("type!", Shape.Text))),
        ("json_object", new ObjectShape(("type!", Shape.Text))),
        ("json_schema", new ObjectShape(("type!", Shape.Text), ("json_schema!", new ObjectShape(("name!", Shape.TextUpTo(64)), ("description", Shape.Text), ("schema", Shape.FreeObject), ("strict", Shape.Flag))))));

    private static readonly (string, Shape)[] Fields =
    [
        ("model!", Shape.Text), ("messages!", Shape.List(Message, 1)),
        ("stream", Shape.Flag), ("stream_options", new ObjectShape(("include_usage", Shape.Flag), ("include_obfuscation", Shape.Flag))),
        ("temperature", Shape.Number(0, 2)), ("top_p", Shape.Number(0, 1)), ("n", Shape.Whole(1, 128)),
        ("stop", Shape.Either(Shape.Text, Shape.List(Shape.Text, 1, 4))),
        ("max_tokens", Shape.Whole(1)), ("max_completion_tokens", Shape.Whole(1)),
        ("presence_penalty", Shape.Number(-2, 2)), ("frequency_penalty", Shape.Number(-2, 2)),
        ("logit_bias", Shape.Map(Shape.Number(-100, 100))), ("logprobs", Shape.Flag), ("top_logprobs", Shape.Whole(0, 20)),
        ("seed", Shape.Whole()), ("user", Shape.Text), ("safety_identifier", Shape.Text), ("prompt_cache_key", Shape.Text), ("prompt_cache_retention", Shape.Text),
        ("tools", Shape.List(Tool, 1, 128)), ("tool_choice", Shape.Either(Shape.OneOf("none", "auto", "required"), NamedTool)), ("parallel_tool_calls", Shape.Flag),
        ("functions", Shape.List(Shape.FreeObject, 1, 128)), ("function_call", Shape.Either(Shape.Text, Shape.FreeObject)),
        ("response_format", ResponseFormat), ("reasoning_effort", Shape.OneOf("none", "minimal", "low", "medium", "high", "xhigh")),
        ("verbosity", Shape.OneOf("low", "medium", "high")), ("store", Shape.Flag), ("metadata", Shape.Map(Shape.TextUpTo(512), 16)),
        ("service_tier", Shape.OneOf("auto", "default", "flex", "scale", "priority")), ("modalities", Shape.List(Shape.OneOf("text", "audio"))),
        ("audio", Shape.FreeObject), ("prediction", Shape.FreeObject), ("web_search_options", Shape.FreeObject),
    ];

    public static Shape OpenAi { get; } = new ObjectShape(Fields);

    /// <summary>Azure names the deployment in dated paths, so the body's model is optional, and has fields of its own.</summary>
    public static Shape Azure { get; } = new ObjectShape([("model", Shape.Text), .. Fields.Skip(1), ("data_sources", Shape.List(Shape.FreeObject)), ("user_security_context", Shape.FreeObject)]);
}
