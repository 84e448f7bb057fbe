using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.OpenAIResponses;

/// <summary>The words of the responses API for neutral values.</summary>
internal static class ResponsesWords
{
    public const string Completed = "completed";
    public const string Incomplete = "incomplete";
    public const string InProgress = "in_progress";

    /// <summary>The least <c>max_output_tokens</c> the API takes.</summary>
    public const long OutputTokensMin = 16;

    public static string Status(StopKind stop) => IncompleteReason(stop) is null ? Completed : Incomplete;

    /// <summary>Why an answer is incomplete; nothing when it is complete.</summary>
    public static string? IncompleteReason(StopKind stop) => stop switch
    {
        StopKind.Length => "max_output_tokens",
        StopKind.Filter => "content_filter",
        StopKind.Pause => "pause_turn",
        _ => null,
    };

    public static StopKind Stop(string? status, string? incompleteReason) => status != Incomplete ? StopKind.Stop : incompleteReason switch
    {
        "content_filter" => StopKind.Filter,
        "pause_turn" => StopKind.Pause,
        _ => StopKind.Length,
    };

    /// <summary>The id as clients of the responses API expect it, with the provider's own inside.</summary>
    public static string AnswerId(string providersId) => providersId.StartsWith("resp_", StringComparison.Ordinal) ? providersId : $"resp_{providersId}";
}
