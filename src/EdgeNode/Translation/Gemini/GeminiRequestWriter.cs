using System.Buffers;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>Writes a <c>generateContent</c> request for one target; the model is in its URL.</summary>
internal static class GeminiRequestWriter
{
    /// <summary>The most that every model which thinks within a budget takes.</summary>
    private const long BudgetMax = 24_576;

    private const int StopsMax = 5;
    private const int CandidatesMax = 8;

    /// <param name="model">Named in the body too, where the request stands inside another.</param>
    public static void Write(ChatRequest request, ModelEndpoint target, IBufferWriter<byte> output, ICollection<string> dropped, string? model = null)
    {
        Refusals.Check(request, target, StopsMax, CandidatesMax, logProbs: false);
        foreach (var hint in Hints(request))
        {
            dropped.Add(hint);
        }

        var (system, turns) = GeminiTurns.Of(request);
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        if (model is not null)
        {
            writer.WriteString("model", model);
        }

        if (system.Length > 0)
        {
            writer.WriteStartObject("systemInstruction");
            WriteTurn(writer, new Turn(TurnRole.System, [new TextPart(system)]));
            writer.WriteEndObject();
        }

        writer.WriteStartArray("contents");
        foreach (var turn in turns)
        {
            writer.WriteStartObject();
            writer.WriteString("role", turn.Role == TurnRole.Assistant ? "model" : "user");
            WriteTurn(writer, turn);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteTools(writer, request);
        WriteConfig(writer, request, target);
        writer.WriteEndObject();
    }

    private static IEnumerable<string> Hints(ChatRequest request) =>
    [
        .. request.Hints,
        // Its present models refuse penalties.
        .. request.FrequencyPenalty is null ? (string[])[] : ["frequency_penalty"],
        .. request.PresencePenalty is null ? (string[])[] : ["presence_penalty"],
        .. request.ParallelTools == false && request.Tools.Count > 0 ? ["parallel_tool_calls"] : (string[])[],
    ];

    private static void WriteTurn(Utf8JsonWriter writer, Turn turn)
    {
        writer.WriteStartArray("parts");
        GeminiParts.Write(writer, turn);
        writer.WriteEndArray();
    }

    private static void WriteTools(Utf8JsonWriter writer, ChatRequest request)
    {
        if (request.Tools.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("tools");
        writer.WriteStartObject();
        writer.WriteStartArray("functionDeclarations");
        foreach (var tool in request.Tools)
        {
            writer.WriteStartObject();
            writer.WriteString("name", tool.Name);
            if (tool.Description is { } description)
            {
                writer.WriteString("description", description);
            }

            // An object without members is said by saying nothing.
            if (tool.Schema is { } schema && (schema.Has("properties", out var properties) && properties.ValueKind == JsonValueKind.Object && properties.EnumerateObject().Any() || schema.Has("$ref", out _)))
            {
                writer.WritePropertyName("parameters");
                GeminiSchema.Write(writer, schema);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        if (request.ToolChoice is not { } choice)
        {
            return;
        }

        writer.WriteStartObject("toolConfig");
        writer.WriteStartObject("functionCallingConfig");
        writer.WriteString("mode", choice.Kind switch { ToolChoiceKind.None => "NONE", ToolChoiceKind.Required or ToolChoiceKind.Named => "ANY", _ => "AUTO" });
        if (choice.Kind == ToolChoiceKind.Named)
        {
            writer.WriteStartArray("allowedFunctionNames");
            writer.WriteStringValue(choice.Name);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteConfig(Utf8JsonWriter writer, ChatRequest request, ModelEndpoint target)
    {
        writer.WriteStartObject("generationConfig");
        if (request.MaxOutputTokens is { } limit)
        {
            writer.WriteNumber("maxOutputTokens", target.Capabilities.MaxOutput > 0 ? Math.Min(limit, target.Capabilities.MaxOutput) : limit);
        }

        if (request.Temperature is { } temperature)
        {
            writer.WriteNumber("temperature", temperature);
        }

        if (request.TopP is { } topP)
        {
            writer.WriteNumber("topP", topP);
        }

        if (request.TopK is { } topK)
        {
            writer.WriteNumber("topK", topK);
        }

        if (request.Candidates > 1)
        {
            writer.WriteNumber("candidateCount", request.Candidates);
        }

        if (request.TopLogProbs is { } top)
        {
            writer.WriteBoolean("responseLogprobs", true);
            if (top > 0)
            {
                writer.WriteNumber("logprobs", top);
            }
        }

        if (request.Stop.Count > 0)
        {
            writer.WriteStartArray("stopSequences");
            foreach (var stop in request.Stop)
            {
                writer.WriteStringValue(stop);
            }

            writer.WriteEndArray();
        }

        if (request.Format is { } format)
        {
            writer.WriteString("responseMimeType", "application/json");
            if (format.Schema is { } schema)
            {
                writer.WritePropertyName("responseSchema");
                GeminiSchema.Write(writer, schema);
            }
        }

        WriteThinking(writer, request.Reasoning, target.Capabilities.Reasoning);
        writer.WriteEndObject();
    }

    private static void WriteThinking(Utf8JsonWriter writer, Reasoning? wanted, ReasoningSupport support)
    {
        if (wanted is null || support == ReasoningSupport.None)
        {
            return;
        }

        var budget = Math.Clamp(wanted.BudgetTokens ?? ReasoningEffort.Budget(wanted.Effort!), 0, BudgetMax);
        writer.WriteStartObject("thinkingConfig");
        if (support == ReasoningSupport.Budget)
        {
            writer.WriteNumber("thinkingBudget", budget);
        }
        else
        {
            writer.WriteString("thinkingLevel", ReasoningEffort.OfBudget(budget) == "high" ? "high" : "low");
        }

        if (budget > 0)
        {
            writer.WriteBoolean("includeThoughts", true);
        }

        writer.WriteEndObject();
    }
}
