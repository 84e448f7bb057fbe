using System.Text.Json;
using GlobalGateway.EdgeNode.Admission;

namespace GlobalGateway.EdgeNode.Metering;

/// <summary>
/// Estimates the tokens of requests and answers from their text, for where the provider gave no usage: a stream cut, a client
/// gone, a provider without usage. docs/translation.md states the measured error.
/// </summary>
public static class TokenEstimator
{
    /// <summary>What a message costs beside its text.</summary>
    public const int PerMessage = 3;

    /// <summary>A picture or document of usual size; vendors count by its pixels or pages, which the gateway does not read.</summary>
    public const int PerAttachment = 800;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = AdmissionLimits.JsonDepthMax };

    private enum Member
    {
        Text,

        /// <summary>A word of the dialect rather than of the prompt.</summary>
        Structure,
        Attachment,
    }

    /// <summary>The prompt of a request in any dialect; what is no JSON has none.</summary>
    public static long OfRequest(ReadOnlySpan<byte> body)
    {
        var counter = new TokenCounter();
        try
        {
            var reader = new Utf8JsonReader(body, Options);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var prompt = IsPrompt(ref reader);
                var schema = reader.ValueTextEquals("tools"u8) || reader.ValueTextEquals("response_format"u8);
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                if (prompt)
                {
                    AddPrompt(ref reader, ref counter);
                    continue;
                }

                reader.Skip();
                if (schema)
                {
                    counter.AddJson(body[start..(int)reader.BytesConsumed]);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The door has refused such bodies; an estimate needs no second opinion.
        }

        return counter.Tokens;
    }

    /// <summary>The text of a whole answer in any dialect.</summary>
    public static Usage OfAnswer(ReadOnlySpan<byte> body)
    {
        var produced = new ProducedTokens();
        try
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    AddMember(ref reader, ref produced, body);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // What was readable of it counts.
        }

        return produced.Usage;
    }

    private static void AddMember(ref Utf8JsonReader reader, ref ProducedTokens produced, ReadOnlySpan<byte> body)
    {
        var reasoning = reader.ValueTextEquals("reasoning_content"u8) || reader.ValueTextEquals("thinking"u8);
        var text = reader.ValueTextEquals("content"u8) || reader.ValueTextEquals("text"u8) || reader.ValueTextEquals("refusal"u8)
            || reader.ValueTextEquals("arguments"u8) || reader.ValueTextEquals("name"u8);
        var arguments = reader.ValueTextEquals("input"u8) || reader.ValueTextEquals("args"u8);
        reader.Read();
        if (reasoning && reader.TokenType == JsonTokenType.String)
        {
            produced.Reasoning.AddJson(reader.ValueSpan);
        }
        else if (text && reader.TokenType == JsonTokenType.String)
        {
            produced.Answer.AddJson(reader.ValueSpan);
            produced.Answer.Break();
        }
        else if (arguments && reader.TokenType == JsonTokenType.StartObject)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            produced.Answer.AddJson(body[start..(int)reader.BytesConsumed]);
        }
    }

    private static bool IsPrompt(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("messages"u8) || reader.ValueTextEquals("system"u8) || reader.ValueTextEquals("input"u8) || reader.ValueTextEquals("instructions"u8)
        || reader.ValueTextEquals("contents"u8) || reader.ValueTextEquals("systemInstruction"u8) || reader.ValueTextEquals("system_instruction"u8)
        || reader.ValueTextEquals("content"u8) || reader.ValueTextEquals("requests"u8) || reader.ValueTextEquals("generateContentRequest"u8);

    private static void AddPrompt(ref Utf8JsonReader reader, ref TokenCounter counter)
    {
        var depth = reader.CurrentDepth;
        var member = Member.Text;
        do
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    counter.AddFixed(reader.ValueTextEquals("role"u8) ? PerMessage : 0);
                    member = MemberOf(ref reader);
                    break;
                case JsonTokenType.String when member == Member.Attachment:
                    counter.AddFixed(PerAttachment);
                    break;
                case JsonTokenType.String or JsonTokenType.Number when member == Member.Text:
                    counter.AddJson(reader.ValueSpan);
                    counter.Break();
                    break;
            }
        }
        while ((reader.CurrentDepth > depth || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) && reader.Read());
    }

    private static Member MemberOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("url"u8) || reader.ValueTextEquals("image_url"u8) || reader.ValueTextEquals("data"u8) || reader.ValueTextEquals("file_data"u8)
        || reader.ValueTextEquals("file_url"u8) || reader.ValueTextEquals("fileUri"u8) || reader.ValueTextEquals("file_id"u8)
            ? Member.Attachment
        : reader.ValueTextEquals("role"u8) || reader.ValueTextEquals("type"u8) || reader.ValueTextEquals("id"u8) || reader.ValueTextEquals("tool_call_id"u8)
        || reader.ValueTextEquals("tool_use_id"u8) || reader.ValueTextEquals("call_id"u8) || reader.ValueTextEquals("media_type"u8) || reader.ValueTextEquals("mimeType"u8)
        || reader.ValueTextEquals("detail"u8) || reader.ValueTextEquals("signature"u8) || reader.ValueTextEquals("thoughtSignature"u8) || reader.ValueTextEquals("model"u8)
            ? Member.Structure
        : Member.Text;
}
