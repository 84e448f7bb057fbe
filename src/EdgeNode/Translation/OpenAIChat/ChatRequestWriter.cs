using System.Buffers;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Translation.Neutral;
using GlobalGateway.EdgeNode.Translation.Schemas;

namespace GlobalGateway.EdgeNode.Translation.OpenAIChat;

/// <summary>Writes a chat completion request for one target.</summary>
internal static class ChatRequestWriter
{
    private const int StopsMax = 4;
    private const int CandidatesMax = 128;

    public static void Write(ChatRequest request, ModelEndpoint target, IBufferWriter<byte> output, ICollection<string> dropped)
    {
        Refusals.Check(request, target, target.Capabilities.TakesSampling ? StopsMax : 0, CandidatesMax, logProbs: true);
        var reasons = target.Capabilities.Reasoning != ReasoningSupport.None;
        foreach (var hint in request.Hints)
        {
            dropped.Add(hint);
        }

        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("model", target.UpstreamModel);
        writer.WriteStartArray("messages");
        foreach (var turn in request.Turns)
        {
            ChatMessages.WriteTurn(writer, turn, name => Drop(dropped, name));
        }

        writer.WriteEndArray();
        if (request.MaxOutputTokens is { } limit)
        {
            limit = target.Capabilities.MaxOutput > 0 ? Math.Min(limit, target.Capabilities.MaxOutput) : limit;
            // Reasoning models refuse the old field.
            var field = target.Capabilities.OutputLimitField ?? (reasons ? OutputLimitField.MaxCompletionTokens : OutputLimitField.MaxTokens);
            writer.WriteNumber(field == OutputLimitField.MaxCompletionTokens ? "max_completion_tokens" : "max_tokens", limit);
        }

        WriteSampling(writer, request, target.Capabilities.TakesSampling, dropped);
        WriteTools(writer, request, dropped);
        WriteFormat(writer, request, dropped);
        // Not every model of theirs can do without; those think a little then.
        if (request.Reasoning is { } reasoning && reasons && ReasoningEffort.Word(reasoning) is not "none" and var effort)
        {
            writer.WriteString("reasoning_effort", effort);
        }

        if (request.Stream)
        {
            writer.WriteBoolean("stream", true);
            if (target.Capabilities.StreamOptions)
            {
                writer.WriteStartObject("stream_options");
                writer.WriteBoolean("include_usage", true);
                writer.WriteEndObject();
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteSampling(Utf8JsonWriter writer, ChatRequest request, bool samples, ICollection<string> dropped)
    {
        foreach (var (name, value) in (ReadOnlySpan<(string, double?)>)
            [("temperature", request.Temperature), ("top_p", request.TopP), ("frequency_penalty", request.FrequencyPenalty), ("presence_penalty", request.PresencePenalty)])
        {
            if (value is { } number)
            {
                if (samples)
                {
                    writer.WriteNumber(name, number);
                }
                else
                {
                    Drop(dropped, name);
                }
            }
        }

        if (request.TopK is not null)
        {
            Drop(dropped, "top_k");
        }

        if (request.Candidates > 1)
        {
            writer.WriteNumber("n", request.Candidates);
        }

        if (request.TopLogProbs is { } top)
        {
            writer.WriteBoolean("logprobs", true);
            writer.WriteNumber("top_logprobs", top);
        }

        if (request.Stop.Count > 0)
        {
            writer.WriteStartArray("stop");
            foreach (var stop in request.Stop)
            {
                writer.WriteStringValue(stop);
            }

            writer.WriteEndArray();
        }
    }

    private static void WriteTools(Utf8JsonWriter writer, ChatRequest request, ICollection<string> dropped)
    {
        if (request.Tools.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("tools");
        foreach (var tool in request.Tools)
        {
            writer.WriteStartObject();
            writer.WriteString("type", "function");
            writer.WriteStartObject("function");
            writer.WriteString("name", tool.Name);
            if (tool.Description is { } description)
            {
                writer.WriteString("description", description);
            }

            if (tool.Schema is { } schema)
            {
                WriteSchema(writer, "parameters", schema, tool.Strict, dropped);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (request.ParallelTools is { } parallel)
        {
            writer.WriteBoolean("parallel_tool_calls", parallel);
        }

        switch (request.ToolChoice)
        {
            case { Kind: ToolChoiceKind.Named, Name: { } name }:
                writer.WriteStartObject("tool_choice");
                writer.WriteString("type", "function");
                writer.WriteStartObject("function");
                writer.WriteString("name", name);
                writer.WriteEndObject();
                writer.WriteEndObject();
                break;
            case { Kind: var kind }:
                writer.WriteString("tool_choice", kind switch { ToolChoiceKind.None => "none", ToolChoiceKind.Required => "required", _ => "auto" });
                break;
        }
    }

    private static void WriteSchema(Utf8JsonWriter writer, string name, JsonElement schema, bool? strict, ICollection<string> dropped)
    {
        var strictly = ClosedSchema.WriteMember(writer, name, schema, strict);
        if (strict is { } wanted && wanted == strictly)
        {
            writer.WriteBoolean("strict", wanted);
        }
        else if (strict is not null)
        {
            Drop(dropped, "strict");
        }
    }

    private static void WriteFormat(Utf8JsonWriter writer, ChatRequest request, ICollection<string> dropped)
    {
        if (request.Format is not { } format)
        {
            return;
        }

        writer.WriteStartObject("response_format");
        if (format.Schema is { } schema)
        {
            writer.WriteString("type", "json_schema");
            writer.WriteStartObject("json_schema");
            writer.WriteString("name", format.Name ?? "answer");
            WriteSchema(writer, "schema", schema, format.Strict, dropped);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteString("type", "json_object");
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
