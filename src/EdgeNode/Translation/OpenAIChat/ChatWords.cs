using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.OpenAIChat;

/// <summary>The words of the chat API for neutral values.</summary>
internal static class ChatWords
{
    public static string FinishReason(StopKind stop) => stop switch
    {
        // What an answer lacks after a pause it would lack after a limit: it is not whole.
        StopKind.Length or StopKind.Pause => "length",
        StopKind.ToolCalls => "tool_calls",
        StopKind.Filter => "content_filter",
        _ => "stop",
    };

    public static StopKind Stop(string? reason) => reason switch
    {
        "length" => StopKind.Length,
        "tool_calls" or "function_call" => StopKind.ToolCalls,
        "content_filter" => StopKind.Filter,
        _ => StopKind.Stop,
    };
}
