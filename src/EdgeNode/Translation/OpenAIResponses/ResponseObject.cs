using System.Buffers;
using System.Text.Json;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.OpenAIResponses;

/// <summary>Writes a response as clients of the responses API know it, whole or as a stream's events show it.</summary>
internal sealed class ResponseObject(ChatRequest request, string id, string model)
{
    /// <summary>Ids of items hold the end of the answer's own, where the provider's stands.</summary>
    private const int KeyLength = 24;

    private readonly long _createdAt = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    public List<OutputItem> Items { get; } = [];

    public StopKind Stop { get; set; }

    public Usage Usage { get; set; }

    public static void Write(ChatAnswer answer, ChatRequest request, IBufferWriter<byte> output)
    {
        var response = new ResponseObject(request, ResponsesWords.AnswerId(answer.Id), answer.Model) { Stop = answer.EffectiveStop, Usage = answer.Usage };
        foreach (var part in answer.Parts)
        {
            response.Add(part);
        }

        // The probabilities are of the answer's text, whose first part has them.
        if (answer.LogProbs is { } tokens && response.Items.OfType<OutputMessage>().SelectMany(m => m.Parts).FirstOrDefault(p => !p.IsRefusal) is { } first)
        {
            first.LogProbs.AddRange(tokens);
        }

        using var writer = new Utf8JsonWriter(output);
        response.Write(writer, ResponsesWords.Status(response.Stop));
    }

    /// <summary>The id of an item that is added now.</summary>
    public string NextId(string prefix) => $"{prefix}_{id[Math.Max("resp_".Length, id.Length - KeyLength)..]}_{Items.Count}";

    private void Add(Part part)
    {
        switch (part)
        {
            case TextPart text:
                var cited = TextOf(false, text.Text);
                cited.Citations.AddRange(text.Citations);
                Message().Parts.Add(cited);
                break;
            case RefusalPart refusal:
                Message().Parts.Add(TextOf(true, refusal.Text));
                break;
            case ReasoningPart reasoning:
                var item = new OutputReasoning(NextId("rs")) { Encrypted = ResponsesReasoning.Encrypt(reasoning) };
                item.Summary.Append(reasoning.Text);
                Items.Add(item);
                break;
            case ToolCallPart given:
                var call = new OutputCall(NextId("fc"), given.Id, given.Name);
                call.Arguments.Append(given.Arguments);
                Items.Add(call);
                break;
        }
    }

    private static OutputText TextOf(bool refusal, string text)
    {
        var part = new OutputText(refusal);
        part.Text.Append(text);
        return part;
    }

    private OutputMessage Message()
    {
        if (Items is [.., OutputMessage last])
        {
            return last;
        }

        var message = new OutputMessage(NextId("msg"));
        Items.Add(message);
        return message;
    }

    /// <param name="status"><c>in_progress</c> shows neither output nor usage yet.</param>
    public void Write(Utf8JsonWriter writer, string status)
    {
        var done = status != ResponsesWords.InProgress;
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteString("object"u8, "response"u8);
        writer.WriteNumber("created_at"u8, _createdAt);
        writer.WriteString("status"u8, status);
        writer.WriteBoolean("background"u8, false);
        writer.WriteNull("error"u8);
        writer.WritePropertyName("incomplete_details"u8);
        WriteIncomplete(writer, done ? ResponsesWords.IncompleteReason(Stop) : null);
        writer.WriteNull("instructions"u8);
        WriteOptional(writer, "max_output_tokens"u8, request.MaxOutputTokens);
        writer.WriteString("model"u8, model);
        writer.WriteStartArray("output"u8);
        for (var i = 0; done && i < Items.Count; i++)
        {
            Items[i].Write(writer, StatusOf(i));
        }

        writer.WriteEndArray();
        WriteSettings(writer);
        writer.WritePropertyName("usage"u8);
        if (done)
        {
            WriteUsage(writer, Usage);
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WriteNull("user"u8);
        writer.WriteStartObject("metadata"u8);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>What was cut off is the last item.</summary>
    public string StatusOf(int item) => item == Items.Count - 1 ? ResponsesWords.Status(Stop) : ResponsesWords.Completed;

    // What the client asked for, as the API echoes it; nothing is kept here, whatever it asked.
    private void WriteSettings(Utf8JsonWriter writer)
    {
        writer.WriteBoolean("parallel_tool_calls"u8, request.ParallelTools ?? true);
        writer.WriteNull("previous_response_id"u8);
        writer.WriteStartObject("reasoning"u8);
        writer.WriteString("effort"u8, request.Reasoning?.Effort);
        writer.WriteString("summary"u8, request.Reasoning?.Summary);
        writer.WriteEndObject();
        writer.WriteBoolean("store"u8, false);
        WriteOptional(writer, "temperature"u8, request.Temperature);
        writer.WriteStartObject("text"u8);
        writer.WritePropertyName("format"u8);
        ResponsesTools.WriteFormat(writer, request.Format);
        writer.WriteEndObject();
        writer.WritePropertyName("tool_choice"u8);
        ResponsesTools.WriteChoice(writer, request.ToolChoice);
        writer.WritePropertyName("tools"u8);
        ResponsesTools.Write(writer, request.Tools);
        WriteOptional(writer, "top_p"u8, request.TopP);
        writer.WriteString("truncation"u8, "disabled"u8);
    }

    private static void WriteIncomplete(Utf8JsonWriter writer, string? reason)
    {
        if (reason is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("reason"u8, reason);
        writer.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter writer, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void WriteUsage(Utf8JsonWriter writer, Usage usage)
    {
        writer.WriteStartObject();
        writer.WriteNumber("input_tokens"u8, usage.TotalInput);
        writer.WriteStartObject("input_tokens_details"u8);
        writer.WriteNumber("cached_tokens"u8, usage.CacheRead);
        writer.WriteEndObject();
        writer.WriteNumber("output_tokens"u8, usage.TotalOutput);
        writer.WriteStartObject("output_tokens_details"u8);
        writer.WriteNumber("reasoning_tokens"u8, usage.Reasoning);
        writer.WriteEndObject();
        writer.WriteNumber("total_tokens"u8, usage.TotalTokens);
        writer.WriteEndObject();
    }
}
