using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.AnthropicMessages;

/// <summary>The words of the messages API for neutral values.</summary>
internal static class MessagesWords
{
    /// <summary>Whose thinking a signature is; it goes back to no other provider.</summary>
    public const string Provider = "anthropic";

    public static string StopReason(StopKind stop) => stop switch
    {
        StopKind.Length => "max_tokens",
        StopKind.ToolCalls => "tool_use",
        StopKind.Refusal or StopKind.Filter => "refusal",
        StopKind.Pause => "pause_turn",
        _ => "end_turn",
    };

    public static StopKind Stop(string? reason) => reason switch
    {
        "max_tokens" or "model_context_window_exceeded" => StopKind.Length,
        "tool_use" => StopKind.ToolCalls,
        // A classifier of theirs has stopped the answer; a refusal in other dialects is the model's own words.
        "refusal" => StopKind.Filter,
        "pause_turn" => StopKind.Pause,
        _ => StopKind.Stop,
    };
}
