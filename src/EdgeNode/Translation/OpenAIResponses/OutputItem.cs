using System.Text;
using System.Text.Json;
using GlobalGateway.EdgeNode.Translation.Neutral;
using GlobalGateway.EdgeNode.Translation.OpenAIChat;

namespace GlobalGateway.EdgeNode.Translation.OpenAIResponses;

/// <summary>One item of an answer's output, whole or still growing.</summary>
internal abstract class OutputItem(string id)
{
    public string Id => id;

    public void Write(Utf8JsonWriter writer, string status)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        WriteMembers(writer, status);
        writer.WriteEndObject();
    }

    protected abstract void WriteMembers(Utf8JsonWriter writer, string status);
}

/// <summary>What the model says: text and refusals, each a part.</summary>
internal sealed class OutputMessage(string id) : OutputItem(id)
{
    public List<OutputText> Parts { get; } = [];

    protected override void WriteMembers(Utf8JsonWriter writer, string status)
    {
        writer.WriteString("type"u8, "message"u8);
        writer.WriteString("status"u8, status);
        writer.WriteString("role"u8, "assistant"u8);
        writer.WriteStartArray("content"u8);
        foreach (var part in Parts)
        {
            part.Write(writer);
        }

        writer.WriteEndArray();
    }
}

/// <summary>A part of a message.</summary>
internal sealed class OutputText(bool isRefusal)
{
    public bool IsRefusal => isRefusal;

    public StringBuilder Text { get; } = new();

    /// <summary>Sources, with places that count from the part's first character.</summary>
    public List<Citation> Citations { get; } = [];

    /// <summary>The tokens' probabilities, where they were asked for.</summary>
    public List<TokenProbability> LogProbs { get; } = [];

    public void Write(Utf8JsonWriter writer) => Write(writer, Text.ToString());

    public void Write(Utf8JsonWriter writer, string text)
    {
        writer.WriteStartObject();
        if (isRefusal)
        {
            writer.WriteString("type"u8, "refusal"u8);
            writer.WriteString("refusal"u8, text);
        }
        else
        {
            writer.WriteString("type"u8, "output_text"u8);
            writer.WriteString("text"u8, text);
            writer.WriteStartArray("annotations"u8);
            foreach (var citation in Citations)
            {
                ResponsesCitations.Write(writer, citation, text.Length);
            }

            writer.WriteEndArray();
            writer.WritePropertyName("logprobs"u8);
            ChatLogProbs.WriteTokens(writer, text.Length > 0 ? LogProbs : []);
        }

        writer.WriteEndObject();
    }
}

/// <summary>A call of a client's function.</summary>
internal sealed class OutputCall(string id, string callId, string name) : OutputItem(id)
{
    public StringBuilder Arguments { get; } = new();

    protected override void WriteMembers(Utf8JsonWriter writer, string status)
    {
        writer.WriteString("type"u8, "function_call"u8);
        writer.WriteString("status"u8, status);
        writer.WriteString("call_id"u8, callId);
        writer.WriteString("name"u8, name);
        writer.WriteString("arguments"u8, Arguments.ToString());
    }
}

/// <summary>What the model thought, with what its provider needs to know it again.</summary>
internal sealed class OutputReasoning(string id) : OutputItem(id)
{
    public StringBuilder Summary { get; } = new();

    public string? Encrypted { get; set; }

    protected override void WriteMembers(Utf8JsonWriter writer, string status)
    {
        writer.WriteString("type"u8, "reasoning"u8);
        writer.WriteStartArray("summary"u8);
        if (Summary.Length > 0)
        {
            WriteSummary(writer, Summary.ToString());
        }

        writer.WriteEndArray();
        if (Encrypted is not null)
        {
            writer.WriteString("encrypted_content"u8, Encrypted);
        }
    }

    public static void WriteSummary(Utf8JsonWriter writer, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "summary_text"u8);
        writer.WriteString("text"u8, text);
        writer.WriteEndObject();
    }
}
