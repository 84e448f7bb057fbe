using System.Collections.Frozen;
using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>The fields of <c>POST /responses</c>.</summary>
internal static class ResponsesSchema
{
    private static readonly Shape Part = TaggedShape.By("type",
        ("input_text", new ObjectShape(("type!", Shape.Text), ("text!", Shape.Text))),
        ("input_image", new ObjectShape(("type!", Shape.Text), ("image_url", Shape.Text), ("file_id", Shape.Text), ("detail", Shape.OneOf("auto", "low", "high")))),
        ("input_file", new ObjectShape(("type!", Shape.Text), ("file_data", Shape.Text), ("file_id", Shape.Text), ("file_url", Shape.Text), ("filename", Shape.Text))),
        ("output_text", new ObjectShape(("type!", Shape.Text), ("text!", Shape.Text), ("annotations", Shape.List(Shape.FreeObject)), ("logprobs", Shape.List(Shape.FreeObject)))),
        ("refusal", new ObjectShape(("type!", Shape.Text), ("refusal!", Shape.Text))));

    private static readonly Shape Status = Shape.OneOf("in_progress", "completed", "incomplete");

    private static readonly Shape Item = new TaggedShape("type", new Dictionary<string, Shape>
    {
        ["message"] = new ObjectShape(("type", Shape.Text), ("role!", Shape.OneOf("assistant", "system", "developer", "user")), ("content!", Shape.Either(Shape.Text, Shape.List(Part))),
            ("id", Shape.Text), ("status", Status), ("phase", Shape.Text)),
        ["function_call"] = new ObjectShape(("type!", Shape.Text), ("call_id!", Shape.Text), ("name!", Shape.Text), ("arguments!", Shape.Text), ("id", Shape.Text), ("status", Status), ("namespace", Shape.Text)),
        ["function_call_output"] = new ObjectShape(("type!", Shape.Text), ("call_id!", Shape.Text), ("output!", Shape.Either(Shape.Text, Shape.List(Part))), ("id", Shape.Text), ("status", Status)),
        ["reasoning"] = new ObjectShape(("type!", Shape.Text), ("id!", Shape.Text), ("summary!", Shape.List(Shape.FreeObject)), ("content", Shape.List(Shape.FreeObject)), ("encrypted_content", Shape.Text), ("status", Status)),
        ["item_reference"] = new ObjectShape(("type!", Shape.Text), ("id!", Shape.Text)),
    }.ToFrozenDictionary(), fallback: "message");

    private static readonly Shape Tool = new TaggedShape("type", new Dictionary<string, Shape>
    {
        ["function"] = new ObjectShape(("type!", Shape.Text), ("name!", Shape.TextUpTo(64)), ("description", Shape.Text), ("parameters", Shape.FreeObject), ("strict", Shape.Flag)),
        ["custom"] = new ObjectShape(("type!", Shape.Text), ("name!", Shape.TextUpTo(64)), ("description", Shape.Text), ("format", Shape.FreeObject)),
        ["web_search"] = Shape.FreeObject,
        ["web_search_preview"] = Shape.FreeObject,
        ["file_search"] = Shape.FreeObject,
        ["code_interpreter"] = Shape.FreeObject,
        ["image_generation"] = Shape.FreeObject,
        ["mcp"] = Shape.FreeObject,
        ["local_shell"] = Shape.FreeObject,
        ["computer_use_preview"] = Shape.FreeObject,
    }.ToFrozenDictionary());

    private static readonly Shape Format = TaggedShape.By("type",
        ("text", new ObjectShape(("type!", Shape.Text))),
        ("json_object", new ObjectShape(("type!", Shape.Text))),
        ("json_schema", new ObjectShape(("type!", Shape.Text), ("name!", Shape.TextUpTo(64)), ("schema!", Shape.FreeObject), ("description", Shape.Text), ("strict", Shape.Flag))));

    private static readonly Shape Include = Shape.OneOf("file_search_call.results", "web_search_call.results", "web_search_call.action.sources", "message.input_image.image_url",
        "computer_call_output.output.image_url", "code_interpreter_call.outputs", "reasoning.encrypted_content", "message.output_text.logprobs");

    public static Shape Create { get; } = new ObjectShape(
        ("model!", Shape.Text), ("input", Shape.Either(Shape.Text, Shape.List(Item))), ("instructions", Shape.Text),
        ("stream", Shape.Flag), ("stream_options", new ObjectShape(("include_obfuscation", Shape.Flag))),
        ("temperature", Shape.Number(0, 2)), ("top_p", Shape.Number(0, 1)), ("max_output_tokens", Shape.Whole(16)), ("max_tool_calls", Shape.Whole(1)), ("top_logprobs", Shape.Whole(0, 20)),
        ("tools", Shape.List(Tool, 0, 128)), ("tool_choice", Shape.Either(Shape.OneOf("none", "auto", "required"), Shape.FreeObject)), ("parallel_tool_calls", Shape.Flag),
        ("text", new ObjectShape(("format", Format), ("verbosity", Shape.OneOf("low", "medium", "high")))),
        ("reasoning", new ObjectShape(("effort", Shape.OneOf("none", "minimal", "low", "medium", "high", "xhigh")), ("summary", Shape.OneOf("auto", "concise", "detailed")), ("generate_summary", Shape.Text))),
        ("store", Shape.Flag), ("background", Shape.Flag), ("previous_response_id", Shape.Text), ("conversation", Shape.Either(Shape.Text, Shape.FreeObject)), ("prompt", Shape.FreeObject),
        ("include", Shape.List(Include)), ("metadata", Shape.Map(Shape.TextUpTo(512), 16)), ("truncation", Shape.OneOf("auto", "disabled")),
        ("service_tier", Shape.OneOf("auto", "default", "flex", "scale", "priority")), ("user", Shape.Text), ("safety_identifier", Shape.Text),
        ("prompt_cache_key", Shape.Text), ("prompt_cache_retention", Shape.Text));
}
