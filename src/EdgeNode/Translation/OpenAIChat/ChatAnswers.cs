using System.Buffers;
using System.Text.Json;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.OpenAIChat;

/// <summary>Reads and writes whole chat completions.</summary>
internal static class ChatAnswers
{
    public static ChatAnswer Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        var choices = root.GetProperty("choices");
        if (choices.GetArrayLength() == 0)
        {
            throw new JsonException("an answer without choices");
        }

        ChatAnswer[] answers = [.. choices.EnumerateArray().OrderBy(c => c.Whole("index") ?? 0).Select(c => ReadChoice(root, c))];
        return answers[0] with { Others = answers[1..] };
    }

    private static ChatAnswer ReadChoice(JsonElement root, JsonElement choice)
    {
        var message = choice.GetProperty("message");
        var parts = new List<Part>();
        if (message.Text("reasoning_content") is { Length: > 0 } reasoning)
        {
            parts.Add(new ReasoningPart(reasoning, null, null, null));
        }

        if (message.Text("content") is { Length: > 0 } text)
        {
            parts.Add(new TextPart(text) { Citations = ChatCitations.Read(message) });
        }

        if (message.Text("refusal") is { Length: > 0 } refusal)
        {
            parts.Add(new RefusalPart(refusal));
        }

        foreach (var (call, _) in message.Items("tool_calls"))
        {
            var function = call.GetProperty("function");
            var arguments = function.Text("arguments") is { Length: > 0 } given ? given : "{}";
            parts.Add(new ToolCallPart(call.GetProperty("id").GetString()!, function.GetProperty("name").GetString()!, arguments));
        }

        var answer = new ChatAnswer
        {
            Id = root.Text("id") ?? "",
            Model = root.Text("model") ?? "",
            Parts = parts,
            Stop = ChatWords.Stop(choice.Text("finish_reason")),
            Usage = UsageReader.Of(root),
            LogProbs = ChatLogProbs.Read(choice),
        };
        return answer with { Stop = parts.Any(p => p is RefusalPart) ? StopKind.Refusal : answer.EffectiveStop };
    }

    public static void Write(ChatAnswer answer, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("id", ChatIds.Of(answer.Id));
        writer.WriteString("object", "chat.completion");
        writer.WriteNumber("created", DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        writer.WriteString("model", answer.Model);
        writer.WriteStartArray("choices");
        var index = 0;
        foreach (var each in answer.Others.Prepend(answer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("index", index++);
            WriteMessage(writer, each);
            ChatLogProbs.Write(writer, each.LogProbs);
            writer.WriteString("finish_reason", ChatWords.FinishReason(each.EffectiveStop));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WritePropertyName("usage");
        WriteUsage(writer, answer.Usage);
        writer.WriteEndObject();
    }

    /// <summary>Their prompt includes what the cache gave, their completion the reasoning.</summary>
    public static void WriteUsage(Utf8JsonWriter writer, Usage usage)
    {
        writer.WriteStartObject();
        writer.WriteNumber("prompt_tokens", usage.TotalInput);
        writer.WriteNumber("completion_tokens", usage.TotalOutput);
        writer.WriteNumber("total_tokens", usage.TotalTokens);
        writer.WriteStartObject("prompt_tokens_details");
        writer.WriteNumber("cached_tokens", usage.CacheRead);
        writer.WriteEndObject();
        writer.WriteStartObject("completion_tokens_details");
        writer.WriteNumber("reasoning_tokens", usage.Reasoning);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter writer, ChatAnswer answer)
    {
        writer.WriteStartObject("message");
        writer.WriteString("role", "assistant");
        var texts = answer.Parts.OfType<TextPart>().ToArray();
        var calls = answer.Parts.OfType<ToolCallPart>().ToArray();
        if (texts.Length == 0)
        {
            writer.WriteNull("content");
        }
        else
        {
            writer.WriteString("content", string.Concat(texts.Select(t => t.Text)));
        }

        if (Array.Exists(texts, t => t.Citations.Count > 0))
        {
            ChatCitations.Write(writer, texts);
        }

        writer.WriteString("refusal", answer.Parts.OfType<RefusalPart>().FirstOrDefault()?.Text);
        var reasoning = string.Concat(answer.Parts.OfType<ReasoningPart>().Select(r => r.Text));
        if (reasoning.Length > 0)
        {
            writer.WriteString("reasoning_content", reasoning);
        }

        if (calls.Length > 0)
        {
            writer.WriteStartArray("tool_calls");
            foreach (var call in calls)
            {
                ChatMessages.WriteCall(writer, call);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
