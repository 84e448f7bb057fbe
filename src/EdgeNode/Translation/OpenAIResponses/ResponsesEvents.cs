using System.Buffers;
using System.Text.Json;
using GlobalGateway.EdgeNode.Translation.Neutral;
using GlobalGateway.EdgeNode.Translation.OpenAIChat;

namespace GlobalGateway.EdgeNode.Translation.OpenAIResponses;

/// <summary>Writes the typed events of one response and numbers them.</summary>
internal sealed class ResponsesEvents
{
    private IBufferWriter<byte> _output = null!;

    public int Count { get; private set; }

    public void To(IBufferWriter<byte> output) => _output = output;

    public void WriteResponse(ReadOnlySpan<byte> type, ResponseObject response, string status)
    {
        var writer = Begin(type);
        writer.WritePropertyName("response"u8);
        response.Write(writer, status);
        End(writer);
    }

    public void WriteItem(ReadOnlySpan<byte> type, OutputItem item, int index, string status)
    {
        var writer = Begin(type);
        writer.WriteNumber("output_index"u8, index);
        writer.WritePropertyName("item"u8);
        item.Write(writer, status);
        End(writer);
    }

    public void WritePart(ReadOnlySpan<byte> type, OutputMessage message, int index, OutputText part, string text)
    {
        var writer = BeginPart(type, message, index);
        writer.WritePropertyName("part"u8);
        part.Write(writer, text);
        End(writer);
    }

    public void WriteText(ReadOnlySpan<byte> type, OutputMessage message, int index, OutputText part, ReadOnlySpan<byte> field, string text, IReadOnlyList<TokenProbability>? logProbs)
    {
        var writer = BeginPart(type, message, index);
        writer.WriteString(field, text);
        if (!part.IsRefusal)
        {
            writer.WritePropertyName("logprobs"u8);
            ChatLogProbs.WriteTokens(writer, logProbs ?? []);
        }

        End(writer);
    }

    public void WriteAnnotation(OutputMessage message, int index, OutputText part)
    {
        var writer = BeginPart("response.output_text.annotation.added"u8, message, index);
        writer.WriteNumber("annotation_index"u8, part.Citations.Count - 1);
        writer.WritePropertyName("annotation"u8);
        ResponsesCitations.Write(writer, part.Citations[^1], part.Text.Length);
        End(writer);
    }

    public void WriteArguments(ReadOnlySpan<byte> type, OutputCall call, int index, ReadOnlySpan<byte> field, string text)
    {
        var writer = BeginOf(type, call, index);
        writer.WriteString(field, text);
        End(writer);
    }

    public void WriteSummaryPart(ReadOnlySpan<byte> type, OutputReasoning item, int index, string text)
    {
        var writer = BeginOf(type, item, index);
        writer.WriteNumber("summary_index"u8, 0);
        writer.WritePropertyName("part"u8);
        OutputReasoning.WriteSummary(writer, text);
        End(writer);
    }

    public void WriteSummaryText(ReadOnlySpan<byte> type, OutputReasoning item, int index, ReadOnlySpan<byte> field, string text)
    {
        var writer = BeginOf(type, item, index);
        writer.WriteNumber("summary_index"u8, 0);
        writer.WriteString(field, text);
        End(writer);
    }

    private Utf8JsonWriter BeginPart(ReadOnlySpan<byte> type, OutputMessage message, int index)
    {
        var writer = BeginOf(type, message, index);
        writer.WriteNumber("content_index"u8, message.Parts.Count - 1);
        return writer;
    }

    private Utf8JsonWriter BeginOf(ReadOnlySpan<byte> type, OutputItem item, int index)
    {
        var writer = Begin(type);
        writer.WriteString("item_id"u8, item.Id);
        writer.WriteNumber("output_index"u8, index);
        return writer;
    }

    private Utf8JsonWriter Begin(ReadOnlySpan<byte> type)
    {
        _output.Write("event: "u8);
        _output.Write(type);
        _output.Write("\ndata: "u8);
        var writer = new Utf8JsonWriter(_output);
        writer.WriteStartObject();
        writer.WriteString("type"u8, type);
        writer.WriteNumber("sequence_number"u8, Count++);
        return writer;
    }

    private void End(Utf8JsonWriter writer)
    {
        writer.WriteEndObject();
        writer.Dispose();
        _output.Write("\n\n"u8);
    }
}
