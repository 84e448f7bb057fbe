using System.Buffers;
using System.Text.Json;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.OpenAIChat;

/// <summary>Writes chat completion chunks: the role first, one finish, then usage where it was asked for, then <c>[DONE]</c>.</summary>
internal sealed class ChatStreamEncoder(bool wantsUsage) : StreamEncoder
{
    private readonly long _created = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
    private string _id = "chatcmpl-stream";
    private string _model = "";
    private readonly SortedSet<(int Candidate, int Call)> _emptyCalls = [];
    private readonly HashSet<int> _rolesSent = [];
    private int _candidate;
    private int _said;
    private Usage _usage;

    public override void Encode(in StreamPart step, IBufferWriter<byte> output)
    {
        _candidate = step.Candidate;
        switch (step.Kind)
        {
            case StreamPartKind.Start:
                _id = ChatIds.Of(step.Id ?? "");
                _model = step.Name ?? "";
                SendRole(output);
                break;
            case StreamPartKind.Text:
                SendRole(output);
                WriteDelta(output, "content", step.Text, step.LogProbs);
                _said += step.Text.Length;
                break;
            case StreamPartKind.Citation when _said > 0:
                WriteCitation(output, step.Citation!);
                break;
            case StreamPartKind.Reasoning:
                SendRole(output);
                WriteDelta(output, "reasoning_content", step.Text);
                break;
            case StreamPartKind.Refusal:
                SendRole(output);
                WriteDelta(output, "refusal", step.Text);
                break;
            case StreamPartKind.ToolStart or StreamPartKind.ToolArguments:
                SendRole(output);
                Note(step);
                WriteCall(output, step);
                break;
            case StreamPartKind.Finish:
                SendRole(output);
                FillCalls(output);
                WriteFinish(output, ChatWords.FinishReason(step.Stop));
                break;
            case StreamPartKind.Usage:
                _usage = step.Usage;
                break;
            case StreamPartKind.End:
                if (wantsUsage)
                {
                    WriteUsage(output);
                }

                output.Write("data: [DONE]\n\n"u8);
                break;
        }
    }

    private void Note(in StreamPart step)
    {
        if (step.Text.Length > 0)
        {
            _emptyCalls.Remove((step.Candidate, step.Index));
        }
        else if (step.Kind == StreamPartKind.ToolStart)
        {
            _emptyCalls.Add((step.Candidate, step.Index));
        }
    }

    /// <summary>Arguments are a JSON object, even where there are none.</summary>
    private void FillCalls(IBufferWriter<byte> output)
    {
        foreach (var (_, call) in _emptyCalls.Where(c => c.Candidate == _candidate))
        {
            WriteCall(output, new StreamPart(StreamPartKind.ToolArguments, call, "{}"));
        }
    }

    private void SendRole(IBufferWriter<byte> output)
    {
        if (!_rolesSent.Add(_candidate))
        {
            return;
        }

        using var chunk = Begin(output);
        chunk.WriteStartObject("delta");
        chunk.WriteString("role", "assistant");
        chunk.WriteString("content", "");
        chunk.WriteEndObject();
        End(chunk, output, null);
    }

    private void WriteDelta(IBufferWriter<byte> output, string field, string text, IReadOnlyList<TokenProbability>? logProbs = null)
    {
        using var chunk = Begin(output);
        chunk.WriteStartObject("delta");
        chunk.WriteString(field, text);
        chunk.WriteEndObject();
        End(chunk, output, null, logProbs);
    }

    private void WriteCitation(IBufferWriter<byte> output, Citation citation)
    {
        using var chunk = Begin(output);
        chunk.WriteStartObject("delta");
        chunk.WriteStartArray("annotations");
        ChatCitations.Write(chunk, citation, 0, _said);
        chunk.WriteEndArray();
        chunk.WriteEndObject();
        End(chunk, output, null);
    }

    private void WriteCall(IBufferWriter<byte> output, in StreamPart step)
    {
        using var chunk = Begin(output);
        chunk.WriteStartObject("delta");
        chunk.WriteStartArray("tool_calls");
        chunk.WriteStartObject();
        chunk.WriteNumber("index", step.Index);
        if (step.Kind == StreamPartKind.ToolStart)
        {
            chunk.WriteString("id", step.Id);
            chunk.WriteString("type", "function");
        }

        chunk.WriteStartObject("function");
        if (step.Kind == StreamPartKind.ToolStart)
        {
            chunk.WriteString("name", step.Name);
        }

        chunk.WriteString("arguments", step.Text);
        chunk.WriteEndObject();
        chunk.WriteEndObject();
        chunk.WriteEndArray();
        chunk.WriteEndObject();
        End(chunk, output, null);
    }

    private void WriteFinish(IBufferWriter<byte> output, string reason)
    {
        using var chunk = Begin(output);
        chunk.WriteStartObject("delta");
        chunk.WriteEndObject();
        End(chunk, output, reason);
    }

    private void WriteUsage(IBufferWriter<byte> output)
    {
        output.Write("data: "u8);
        using (var writer = new Utf8JsonWriter(output))
        {
            WriteHead(writer);
            writer.WriteStartArray("choices");
            writer.WriteEndArray();
            writer.WritePropertyName("usage");
            ChatAnswers.WriteUsage(writer, _usage);
            writer.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }

    private Utf8JsonWriter Begin(IBufferWriter<byte> output)
    {
        output.Write("data: "u8);
        var writer = new Utf8JsonWriter(output);
        WriteHead(writer);
        writer.WriteStartArray("choices");
        writer.WriteStartObject();
        writer.WriteNumber("index", _candidate);
        return writer;
    }

    private static void End(Utf8JsonWriter writer, IBufferWriter<byte> output, string? finish, IReadOnlyList<TokenProbability>? logProbs = null)
    {
        ChatLogProbs.Write(writer, logProbs);
        writer.WriteString("finish_reason", finish);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        output.Write("\n\n"u8);
    }

    private void WriteHead(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("id", _id);
        writer.WriteString("object", "chat.completion.chunk");
        writer.WriteNumber("created", _created);
        writer.WriteString("model", _model);
    }
}
