using System.Buffers;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Translation.Neutral;
using GlobalGateway.EdgeNode.Translation.Schemas;

namespace GlobalGateway.EdgeNode.Translation.AnthropicMessages;

/// <summary>Writes a messages request for one target.</summary>
internal static class MessagesRequestWriter
{
    /// <summary>Sent when neither client nor target states an output limit: Anthropic demands one.</summary>
    private const long DefaultMaxTokens = 8_192;

    /// <summary>They refuse to think less.</summary>
    private const long ThinkingTokensMin = 1_024;

    /// <summary>Room for the answer after the thinking.</summary>
    private const long AnswerTokensMin = 1_024;

    public static void Write(ChatRequest request, ModelEndpoint target, IBufferWriter<byte> output, ICollection<string> dropped)
    {
        Refusals.Check(request, target);
        foreach (var hint in request.Hints)
        {
            dropped.Add(hint);
        }

        foreach (var (name, value) in (ReadOnlySpan<(string, double?)>)[("frequency_penalty", request.FrequencyPenalty), ("presence_penalty", request.PresencePenalty)])
        {
            if (value is not null)
            {
                dropped.Add(name);
            }
        }

        var (system, turns) = LegalTurns.Of(request);
        var thinking = target.Capabilities.Reasoning != ReasoningSupport.None ? Thinking(request, target, turns) : 0;
        var adaptive = target.Capabilities.Reasoning == ReasoningSupport.Effort;
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteNumber("max_tokens", MaxTokens(request, target, adaptive ? 0 : thinking));
        WritePrompt(writer, target, system, turns);
        WriteSampling(writer, request, thinking > 0, target.Capabilities.TakesSampling, dropped);
        WriteTools(writer, request, target.Capabilities.Schema == SchemaSupport.Native);
        WriteOutput(writer, request, adaptive && thinking > 0 ? ReasoningEffort.OfBudget(thinking) : null);
        if (thinking > 0)
        {
            writer.WriteStartObject("thinking");
            writer.WriteString("type", adaptive ? "adaptive" : "enabled");
            if (!adaptive)
            {
                writer.WriteNumber("budget_tokens", thinking);
            }

            writer.WriteEndObject();
        }

        if (request.Stream)
        {
            writer.WriteBoolean("stream", true);
        }

        writer.WriteEndObject();
    }

    /// <summary>The same as far as it is counted: the prompt and the tools.</summary>
    public static void WriteForCounting(ChatRequest request, ModelEndpoint target, IBufferWriter<byte> output, ICollection<string> dropped)
    {
        foreach (var hint in request.Hints)
        {
            dropped.Add(hint);
        }

        var (system, turns) = LegalTurns.Of(request);
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        WritePrompt(writer, target, system, turns);
        WriteTools(writer, request, target.Capabilities.Schema == SchemaSupport.Native);
        writer.WriteEndObject();
    }

    private static void WritePrompt(Utf8JsonWriter writer, ModelEndpoint target, string system, List<Turn> turns)
    {
        writer.WriteString("model", target.UpstreamModel);
        if (system.Length > 0)
        {
            writer.WriteString("system", system);
        }

        WriteMessages(writer, turns);
    }

    // Thinking may not be switched on in the middle of a tool loop whose earlier thinking is not at hand.
    private static long Thinking(ChatRequest request, ModelEndpoint target, List<Turn> turns)
    {
        var budget = request.Reasoning is { } wanted ? wanted.BudgetTokens ?? ReasoningEffort.Budget(wanted.Effort!) : 0;
        var last = turns.FindLast(t => t.Role == TurnRole.Assistant);
        var loopWithoutThinking = turns[^1].Parts.Any(p => p is ToolResultPart) && last is not null && last.Parts[0] is not ReasoningPart;
        if (budget == 0 || loopWithoutThinking || request.ToolChoice?.Kind is ToolChoiceKind.Required or ToolChoiceKind.Named)
        {
            return 0;
        }

        // Within what they take, and with room for the answer below the target's limit.
        var room = Ceiling(request, target) - AnswerTokensMin;
        return room < ThinkingTokensMin ? 0 : Math.Clamp(budget, ThinkingTokensMin, room);
    }

    private static long MaxTokens(ChatRequest request, ModelEndpoint target, long thinking)
    {
        var ceiling = Ceiling(request, target);
        var limit = request.MaxOutputTokens ?? Math.Min(DefaultMaxTokens, ceiling);
        return Math.Min(thinking > 0 ? Math.Max(limit, thinking + AnswerTokensMin) : limit, ceiling);
    }

    private static long Ceiling(ChatRequest request, ModelEndpoint target) =>
        Math.Min(target.Capabilities.MaxOutput > 0 ? target.Capabilities.MaxOutput : long.MaxValue, request.OutputCeiling ?? long.MaxValue);

    private static void WriteMessages(Utf8JsonWriter writer, List<Turn> turns)
    {
        writer.WriteStartArray("messages");
        foreach (var turn in turns)
        {
            writer.WriteStartObject();
            writer.WriteString("role", turn.Role == TurnRole.User ? "user" : "assistant");
            writer.WriteStartArray("content");
            foreach (var part in turn.Parts)
            {
                MessagesBlocks.Write(writer, part);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteSampling(Utf8JsonWriter writer, ChatRequest request, bool thinks, bool samples, ICollection<string> dropped)
    {
        samples &= !thinks;
        // Their scale of temperature ends where OpenAI's is half; and newer models take one of temperature and top_p.
        WriteSampling(writer, "temperature", request.Temperature is { } temperature ? Math.Min(temperature, 1.0) : null, samples, dropped);
        WriteSampling(writer, "top_p", request.TopP, samples && request.Temperature is null, dropped);
        WriteSampling(writer, "top_k", request.TopK, samples, dropped);
        var stops = request.Stop.Where(s => s.Trim().Length > 0).ToArray();
        if (stops.Length > 0)
        {
            writer.WriteStartArray("stop_sequences");
            foreach (var stop in stops)
            {
                writer.WriteStringValue(stop);
            }

            writer.WriteEndArray();
        }
    }

    private static void WriteSampling(Utf8JsonWriter writer, string name, double? value, bool taken, ICollection<string> dropped)
    {
        if (value is { } number && taken)
        {
            writer.WriteNumber(name, number);
        }
        else if (value is not null)
        {
            dropped.Add(name);
        }
    }

    private static void WriteOutput(Utf8JsonWriter writer, ChatRequest request, string? effort)
    {
        if (request.Format?.Schema is null && effort is null)
        {
            return;
        }

        writer.WriteStartObject("output_config");
        if (effort is not null)
        {
            writer.WriteString("effort", effort);
        }

        if (request.Format?.Schema is { } schema)
        {
            writer.WriteStartObject("format");
            writer.WriteString("type", "json_schema");
            writer.WritePropertyName("schema");
            ClosedSchema.Write(writer, schema, ClosedSchema.Anthropic);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <param name="strict">The target holds the model to schemas.</param>
    private static void WriteTools(Utf8JsonWriter writer, ChatRequest request, bool strict)
    {
        if (request.Tools.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("tools");
        foreach (var tool in request.Tools)
        {
            writer.WriteStartObject();
            writer.WriteString("name", tool.Name);
            if (tool.Description is { } description)
            {
                writer.WriteString("description", description);
            }

            writer.WritePropertyName("input_schema");
            if (strict && tool is { Strict: true, Schema: { } schema })
            {
                ClosedSchema.Write(writer, schema, ClosedSchema.Anthropic);
                writer.WriteBoolean("strict", true);
            }
            else
            {
                ObjectSchema.Write(writer, tool.Schema);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (request.ToolChoice is null && request.ParallelTools is null)
        {
            return;
        }

        writer.WriteStartObject("tool_choice");
        var kind = request.ToolChoice?.Kind ?? ToolChoiceKind.Auto;
        writer.WriteString("type", kind switch { ToolChoiceKind.None => "none", ToolChoiceKind.Required => "any", ToolChoiceKind.Named => "tool", _ => "auto" });
        if (kind == ToolChoiceKind.Named)
        {
            writer.WriteString("name", request.ToolChoice!.Name);
        }

        if (request.ParallelTools is { } parallel && kind != ToolChoiceKind.None)
        {
            writer.WriteBoolean("disable_parallel_tool_use", !parallel);
        }

        writer.WriteEndObject();
    }
}
