using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.Composition;
using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>Writes a response object, whole or as the typed events that build it.</summary>
internal sealed class ResponsesAnswer
{
    private readonly JsonElement _request;
    private readonly SimulatedModel _model;
    private readonly Prompt _prompt;
    private readonly Composed _answer;
    private readonly ResponseItem[] _items;

    /// <param name="account">Whose encrypted reasoning it is.</param>
    public ResponsesAnswer(JsonElement request, SimulatedModel model, Prompt prompt, string account)
    {
        (_request, _model, _prompt) = (request, model, prompt);
        _answer = Composer.Compose(_prompt, 0);
        var hash = $"{Fingerprint.Of(_request.GetRawText()):x16}";
        Id = "resp_" + hash;
        var encrypts = _request.Items("include").Any(static each => each.ValueKind == JsonValueKind.String && each.GetString() == "reasoning.encrypted_content");
        var summary = _request.Field("reasoning")?.Field("summary") is null ? null : "Thinking it over.";
        _items = [.. ResponseItem.Of(_answer, _model, hash, (summary, encrypts ? EncryptedPrefix(account) + hash : null), LogProbs())];
    }

    /// <summary>What the account's own encrypted reasoning begins with.</summary>
    public static string EncryptedPrefix(string account) => $"gAAAAAB{account}-";

    public string Id { get; }
    public int CompletionTokens => _answer.CompletionTokens;
    public IReadOnlyList<string> CallIds => [.. _answer.Calls.Select(static call => "call_" + call.Id)];

    private int? LogProbs() => _request.Items("include").Any(static each => each.ValueKind == JsonValueKind.String && each.GetString() == "message.output_text.logprobs")
        ? (int)(_request.Whole("top_logprobs") ?? 0)
        : null;

    private string FinalStatus => _answer.Ending == Ending.Length ? "incomplete" : "completed";

    public byte[] Whole() => JsonBytes.Write(this, static (writer, self) => self.Write(writer, self.FinalStatus));

    public byte[] Queued() => JsonBytes.Write(this, static (writer, self) => self.Write(writer, "queued"));

    public StreamFrame[] Stream()
    {
        var events = new ResponseEvents();
        events.Add("response.created", FrameRole.Preamble, this, static (writer, self) => self.Snapshot(writer, "in_progress"));
        events.Add("response.in_progress", FrameRole.Preamble, this, static (writer, self) => self.Snapshot(writer, "in_progress"));
        for (var index = 0; index < _items.Length; index++)
        {
            _items[index].Stream(events, index);
        }
        events.Add("response." + FinalStatus, FrameRole.Terminator, this, static (writer, self) => self.Snapshot(writer, self.FinalStatus));
        return [.. events.Frames];
    }

    private void Snapshot(Utf8JsonWriter writer, string status)
    {
        writer.WritePropertyName("response");
        Write(writer, status);
    }

    private void Write(Utf8JsonWriter writer, string status)
    {
        var isDone = status == FinalStatus;
        writer.WriteStartObject();
        writer.WriteString("id", Id);
        writer.WriteString("object", "response");
        writer.WriteNumber("created_at", ChatAnswer.CreatedAt);
        writer.WriteString("status", status);
        Echo(writer, "background", "false");
        writer.WriteNull("error");
        writer.WritePropertyName("incomplete_details");
        writer.WriteRawValue(status == "incomplete" ? """{"reason":"max_output_tokens"}""" : "null");
        Echo(writer, "instructions");
        Echo(writer, "max_output_tokens");
        Echo(writer, "max_tool_calls");
        writer.WriteString("model", _model.AnsweredAs);
        writer.WriteStartArray("output");
        foreach (var item in isDone ? _items : [])
        {
            item.Write(writer, "completed");
        }
        writer.WriteEndArray();
        Echo(writer, "parallel_tool_calls", "true");
        Echo(writer, "previous_response_id");
        Echo(writer, "prompt_cache_key");
        writer.WriteStartObject("reasoning");
        writer.WriteString("effort", _model.Reasoning ? _request.Field("reasoning")?.Text("effort") ?? "medium" : null);
        writer.WriteString("summary", _request.Field("reasoning")?.Text("summary"));
        writer.WriteEndObject();
        Echo(writer, "safety_identifier");
        writer.WriteString("service_tier", isDone ? "default" : "auto");
        Echo(writer, "store", "true");
        Echo(writer, "temperature", "1.0");
        writer.WriteStartObject("text");
        writer.WritePropertyName("format");
        Write(writer, _request.Field("text")?.Field("format"), """{"type":"text"}""");
        writer.WriteString("verbosity", _request.Field("text")?.Text("verbosity") ?? "medium");
        writer.WriteEndObject();
        Echo(writer, "tool_choice", "\"auto\"");
        Echo(writer, "tools", "[]");
        Echo(writer, "top_logprobs", "0");
        Echo(writer, "top_p", "1.0");
        Echo(writer, "truncation", "\"disabled\"");
        writer.WritePropertyName("usage");
        Usage(writer, isDone);
        Echo(writer, "user");
        Echo(writer, "metadata", "{}");
        writer.WriteEndObject();
    }

    private void Echo(Utf8JsonWriter writer, string name, string otherwise = "null")
    {
        writer.WritePropertyName(name);
        Write(writer, _request.Field(name), otherwise);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement? given, string otherwise)
    {
        if (given is { } value)
        {
            value.WriteTo(writer);
        }
        else
        {
            writer.WriteRawValue(otherwise);
        }
    }

    private void Usage(Utf8JsonWriter writer, bool isDone)
    {
        if (!isDone)
        {
            writer.WriteNullValue();
            return;
        }
        writer.WriteStartObject();
        writer.WriteNumber("input_tokens", _prompt.Tokens);
        writer.WriteStartObject("input_tokens_details");
        writer.WriteNumber("cached_tokens", 0);
        writer.WriteEndObject();
        writer.WriteNumber("output_tokens", CompletionTokens);
        writer.WriteStartObject("output_tokens_details");
        writer.WriteNumber("reasoning_tokens", _answer.ReasoningTokens);
        writer.WriteEndObject();
        writer.WriteNumber("total_tokens", _prompt.Tokens + CompletionTokens);
        writer.WriteEndObject();
    }
}
