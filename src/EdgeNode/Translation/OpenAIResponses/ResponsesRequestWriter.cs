using System.Buffers;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.OpenAIResponses;

/// <summary>Writes a request of the responses API for one target. The target keeps nothing: the client's dialect has no state.</summary>
internal static class ResponsesRequestWriter
{
    public static void Write(ChatRequest request, ModelEndpoint target, string maker, IBufferWriter<byte> output, ICollection<string> dropped)
    {
        Refusals.Check(request, target, logProbs: target.Capabilities.TakesSampling);
        foreach (var hint in request.Hints)
        {
            Drop(dropped, hint);
        }

        var reasons = target.Capabilities.Reasoning != ReasoningSupport.None;
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("model"u8, target.UpstreamModel);
        var first = WriteInstructions(writer, request);
        writer.WriteStartArray("input"u8);
        for (var i = first; i < request.Turns.Count; i++)
        {
            ResponsesItems.Write(writer, request.Turns[i], maker, name => Drop(dropped, name));
        }

        writer.WriteEndArray();
        writer.WriteBoolean("store"u8, false);
        if (request.Stream)
        {
            writer.WriteBoolean("stream"u8, true);
        }

        if (request.MaxOutputTokens is { } limit)
        {
            limit = target.Capabilities.MaxOutput > 0 ? Math.Min(limit, target.Capabilities.MaxOutput) : limit;
            writer.WriteNumber("max_output_tokens"u8, Math.Max(limit, ResponsesWords.OutputTokensMin));
        }

        WriteSampling(writer, request, target.Capabilities.TakesSampling, dropped);
        WriteTools(writer, request);
        if (request.Format is not null)
        {
            writer.WriteStartObject("text"u8);
            writer.WritePropertyName("format"u8);
            ResponsesTools.WriteFormat(writer, request.Format);
            writer.WriteEndObject();
        }

        WriteInclude(writer, request, reasons);
        if (reasons && request.Reasoning is { } reasoning)
        {
            WriteReasoning(writer, reasoning);
        }

        writer.WriteEndObject();
    }

    /// <summary>System text at the start is the instructions; returns the first turn after it.</summary>
    private static int WriteInstructions(Utf8JsonWriter writer, ChatRequest request)
    {
        var first = 0;
        while (first < request.Turns.Count && request.Turns[first].Role == TurnRole.System)
        {
            first++;
        }

        var text = string.Join("\n\n", request.Turns.Take(first).SelectMany(t => t.Parts).OfType<TextPart>().Select(t => t.Text).Where(t => t.Length > 0));
        if (text.Length > 0)
        {
            writer.WriteString("instructions"u8, text);
        }

        return first;
    }

    private static void WriteSampling(Utf8JsonWriter writer, ChatRequest request, bool samples, ICollection<string> dropped)
    {
        foreach (var (name, value, taken) in (ReadOnlySpan<(string, double?, bool)>)
            [("temperature", request.Temperature, samples), ("top_p", request.TopP, samples), ("frequency_penalty", request.FrequencyPenalty, false),
            ("presence_penalty", request.PresencePenalty, false), ("top_k", request.TopK, false)])
        {
            if (value is { } number && taken)
            {
                writer.WriteNumber(name, number);
            }
            else if (value is not null)
            {
                Drop(dropped, name);
            }
        }
    }

    private static void WriteTools(Utf8JsonWriter writer, ChatRequest request)
    {
        if (request.Tools.Count == 0)
        {
            return;
        }

        writer.WritePropertyName("tools"u8);
        ResponsesTools.Write(writer, request.Tools);
        if (request.ToolChoice is not null)
        {
            writer.WritePropertyName("tool_choice"u8);
            ResponsesTools.WriteChoice(writer, request.ToolChoice);
        }

        if (request.ParallelTools is { } parallel)
        {
            writer.WriteBoolean("parallel_tool_calls"u8, parallel);
        }
    }

    // Encrypted items come back with the next turn, so that thinking survives a tool loop though nothing is stored.
    private static void WriteInclude(Utf8JsonWriter writer, ChatRequest request, bool reasons)
    {
        if (!reasons && request.TopLogProbs is null)
        {
            return;
        }

        writer.WriteStartArray("include"u8);
        if (reasons)
        {
            writer.WriteStringValue("reasoning.encrypted_content"u8);
        }

        if (request.TopLogProbs is not null)
        {
            writer.WriteStringValue("message.output_text.logprobs"u8);
        }

        writer.WriteEndArray();
        if (request.TopLogProbs is > 0 and var top)
        {
            writer.WriteNumber("top_logprobs"u8, top);
        }
    }

    private static void WriteReasoning(Utf8JsonWriter writer, Reasoning reasoning)
    {
        writer.WriteStartObject("reasoning"u8);
        writer.WriteString("effort"u8, ReasoningEffort.Word(reasoning));

        // Clients that state a budget are shown what the model thinks.
        var summary = reasoning.Summary ?? (reasoning.BudgetTokens > 0 ? "auto" : null);
        if (summary is not null)
        {
            writer.WriteString("summary"u8, summary);
        }

        writer.WriteEndObject();
    }

    private static void Drop(ICollection<string> dropped, string name)
    {
        if (!dropped.Contains(name))
        {
            dropped.Add(name);
        }
    }
}
