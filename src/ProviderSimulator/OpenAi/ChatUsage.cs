using System.Text.Json;
using GlobalGateway.ProviderSimulator.Composition;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>Writes the usage object of chat completions, summed over all choices.</summary>
internal static class ChatUsage
{
    public static void Write(Utf8JsonWriter writer, int promptTokens, Composed[] choices)
    {
        var completionTokens = choices.Sum(static choice => choice.CompletionTokens);
        writer.WriteStartObject();
        writer.WriteNumber("prompt_tokens", promptTokens);
        writer.WriteNumber("completion_tokens", completionTokens);
        writer.WriteNumber("total_tokens", promptTokens + completionTokens);
        writer.WriteStartObject("prompt_tokens_details");
        writer.WriteNumber("cached_tokens", 0);
        writer.WriteNumber("audio_tokens", 0);
        writer.WriteEndObject();
        writer.WriteStartObject("completion_tokens_details");
        writer.WriteNumber("reasoning_tokens", choices.Sum(static choice => choice.ReasoningTokens));
        writer.WriteNumber("audio_tokens", 0);
        writer.WriteNumber("accepted_prediction_tokens", 0);
        writer.WriteNumber("rejected_prediction_tokens", 0);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
