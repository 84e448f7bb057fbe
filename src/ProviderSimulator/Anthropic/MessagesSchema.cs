using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.Anthropic;

/// <summary>The fields of <c>POST /v1/messages</c> and of counting its tokens.</summary>
internal static class MessagesSchema
{
    private static readonly ObjectShape CacheControl = new(("type!", Shape.OneOf("ephemeral")), ("ttl", Shape.OneOf("5m", "1h")));
    private static readonly ObjectShape TextBlock = new(("type!", Shape.Text), ("text!", Shape.Text), ("cache_control", CacheControl), ("citations", Shape.Any));

    private static readonly Shape Source = TaggedShape.By("type",
        ("base64", new ObjectShape(("type!", Shape.Text), ("media_type!", Shape.Text), ("data!", Shape.Text))),
        ("url", new ObjectShape(("type!", Shape.Text), ("url!", Shape.Text))),
        ("file", new ObjectShape(("type!", Shape.Text), ("file_id!", Shape.Text))),
        ("text", new ObjectShape(("type!", Shape.Text), ("media_type!", Shape.Text), ("data!", Shape.Text))),
        ("content", new ObjectShape(("type!", Shape.Text), ("content!", Shape.Any))));

    private static readonly ObjectShape ImageBlock = new(("type!", Shape.Text), ("source!", Source), ("cache_control", CacheControl));
    private static readonly ObjectShape DocumentBlock = new(("type!", Shape.Text), ("source!", Source), ("title", Shape.Text), ("context", Shape.Text), ("citations", Shape.FreeObject), ("cache_control", CacheControl));

    private static readonly Shape ResultContent = Shape.Either(Shape.Text, Shape.List(TaggedShape.By("type", ("text", TextBlock), ("image", ImageBlock), ("document", DocumentBlock))));

    private static readonly Shape Block = TaggedShape.By("type",
        ("text", TextBlock),
        ("image", ImageBlock),
        ("document", DocumentBlock),
        ("thinking", new ObjectShape(("type!", Shape.Text), ("thinking!", Shape.Text), ("signature!", Shape.Text))),
        ("redacted_thinking", new ObjectShape(("type!", Shape.Text), ("data!", Shape.Text))),
        ("tool_use", new ObjectShape(("type!", Shape.Text), ("id!", Shape.Text), ("name!", Shape.Text), ("input!", Shape.FreeObject), ("caller", Shape.Any), ("toolset_name", Shape.Text), ("cache_control", CacheControl))),
        ("tool_result", new ObjectShape(("type!", Shape.Text), ("tool_use_id!", Shape.Text), ("content", ResultContent), ("is_error", Shape.Flag), ("toolset_name", Shape.Text), ("cache_control", CacheControl))));

    private static readonly ObjectShape Message = new(("role!", Shape.OneOf("user", "assistant")), ("content!", Shape.Either(Shape.Text, Shape.List(Block))));

    private static readonly ObjectShape Tool = new(("name!", Shape.TextUpTo(128)), ("type", Shape.OneOf("custom")), ("description", Shape.Text), ("input_schema!", Shape.FreeObject),
        ("cache_control", CacheControl), ("strict", Shape.Flag), ("eager_input_streaming", Shape.Flag), ("defer_loading", Shape.Flag), ("allowed_callers", Shape.List(Shape.Text)), ("input_examples", Shape.List(Shape.FreeObject)));

    private static readonly Shape ToolChoice = TaggedShape.By("type",
        ("auto", new ObjectShape(("type!", Shape.Text), ("disable_parallel_tool_use", Shape.Flag))),
        ("any", new ObjectShape(("type!", Shape.Text), ("disable_parallel_tool_use", Shape.Flag))),
        ("tool", new ObjectShape(("type!", Shape.Text), ("name!", Shape.Text), ("disable_parallel_tool_use", Shape.Flag))),
        ("none", new ObjectShape(("type!", Shape.Text))));

    private static readonly Shape Thinking = TaggedShape.By("type",
        ("enabled", new ObjectShape(("type!", Shape.Text), ("budget_tokens!", Shape.Whole(1024)), ("display", Shape.Text))),
        ("adaptive", new ObjectShape(("type!", Shape.Text), ("display", Shape.Text))),
        ("disabled", new ObjectShape(("type!", Shape.Text))));

    private static readonly (string, Shape)[] Shared =
    [
        ("model!", Shape.Text), ("messages!", Shape.List(Message, 1)),
        ("system", Shape.Either(Shape.Text, Shape.List(TaggedShape.By("type", ("text", TextBlock))))),
        ("tools", Shape.List(Tool)), ("tool_choice", ToolChoice), ("thinking", Thinking),
        ("output_config", Shape.FreeObject), ("cache_control", CacheControl),
    ];

    private static readonly (string, Shape)[] CreateFields =
    [
        ("max_tokens!", Shape.Whole(1)), .. Shared,
        ("metadata", new ObjectShape(("user_id", Shape.Text))), ("stop_sequences", Shape.List(Shape.NonEmptyText)), ("stream", Shape.Flag),
        ("service_tier", Shape.OneOf("auto", "standard_only")), ("container", Shape.Text), ("inference_geo", Shape.Text),
        ("speed", Shape.OneOf("standard", "fast")), ("diagnostics", Shape.FreeObject), ("user_profile_id", Shape.Text), ("workspace_id", Shape.Text),
    ];

    public static Shape Create { get; } = new ObjectShape(CreateFields);

    /// <summary>As API versions before 2026-10-21 have it.</summary>
    public static Shape CreateWithSampling { get; } = new ObjectShape([.. CreateFields, ("temperature", Shape.Number(0, 1)), ("top_p", Shape.Number(0, 1)), ("top_k", Shape.Whole(0))]);

    public static Shape Count { get; } = new ObjectShape(Shared);
}
