using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>The words of Gemini's API for neutral values.</summary>
internal static class GeminiWords
{
    /// <summary>Whose thinking a signature is; it goes back to no other provider.</summary>
    public const string Provider = "gemini";

    public static string FinishReason(StopKind stop) => stop switch
    {
        // What an answer lacks after a pause it would lack after a limit: it is not whole.
        StopKind.Length or StopKind.Pause => "MAX_TOKENS",
        StopKind.Filter or StopKind.Refusal => "SAFETY",
        _ => "STOP",
    };

    /// <summary>False for reasons that leave no answer at all: a call the model itself wrote wrongly.</summary>
    public static bool TryStop(string reason, out StopKind stop)
    {
        stop = reason switch
        {
            "STOP" => StopKind.Stop,
            "MAX_TOKENS" => StopKind.Length,
            _ => StopKind.Filter,
        };
        return reason is not ("MALFORMED_FUNCTION_CALL" or "UNEXPECTED_TOOL_CALL" or "TOO_MANY_TOOL_CALLS" or "MISSING_THOUGHT_SIGNATURE" or "MALFORMED_RESPONSE");
    }
}
