using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.Composition;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>One item of a response's output: reasoning, a message, or a function call.</summary>
internal abstract class ResponseItem(string id)
{
    protected string Id => id;

    /// <param name="reasoning">What is told of the model's thinking.</param>
    /// <param name="logprobs">How many of the likeliest tokens are told; absent where none are.</param>
    public static IEnumerable<ResponseItem> Of(Composed answer, SimulatedModel model, string hash, (string? Summary, string? Encrypted) reasoning, int? logprobs)
    {
        if (model.Reasoning)
        {
            yield return new ReasoningItem("rs_" + hash, reasoning.Summary, reasoning.Encrypted);
        }
        if (answer.Calls.Count == 0)
        {
            yield return new MessageItem("msg_" + hash, answer, logprobs);
        }
        foreach (var call in answer.Calls)
        {
            yield return new CallItem("fc_" + call.Id, call);
        }
    }

    public void Write(Utf8JsonWriter writer, string status)
    {
        writer.WriteStartObject();
        writer.WriteString("id", id);
        Fields(writer, status);
        writer.WriteEndObject();
    }

    public void Stream(ResponseEvents events, int index)
    {
        events.Add("response.output_item.added", AddedRole, (self: this, index), static (writer, state) => state.self.Item(writer, state.index, "in_progress"));
        Deltas(events, index);
        events.Add("response.output_item.done", FrameRole.Closing, (self: this, index), static (writer, state) => state.self.Item(writer, state.index, "completed"));
    }

    protected virtual FrameRole AddedRole => FrameRole.Preamble;

    protected abstract void Fields(Utf8JsonWriter writer, string status);

    protected abstract void Deltas(ResponseEvents events, int index);

    private void Item(Utf8JsonWriter writer, int index, string status)
    {
        writer.WriteNumber("output_index", index);
        writer.WritePropertyName("item");
        Write(writer, status);
    }

    protected static void Where(Utf8JsonWriter writer, string itemId, int index)
    {
        writer.WriteString("item_id", itemId);
        writer.WriteNumber("output_index", index);
    }

    private sealed class ReasoningItem(string id, string? summary, string? encrypted) : ResponseItem(id)
    {
        protected override void Fields(Utf8JsonWriter writer, string status)
        {
            writer.WriteString("type", "reasoning");
            writer.WriteStartArray("summary");
            if (summary is not null && status == "completed")
            {
                Part(writer, summary);
            }
            writer.WriteEndArray();
            if (encrypted is not null)
            {
                writer.WriteString("encrypted_content", encrypted);
            }
        }

        protected override void Deltas(ResponseEvents events, int index)
        {
            if (summary is null)
            {
                return;
            }
            PartEvent(events, "response.reasoning_summary_part.added", FrameRole.Preamble, index, "");
            TextEvent(events, "response.reasoning_summary_text.delta", FrameRole.Content, index, "delta");
            TextEvent(events, "response.reasoning_summary_text.done", FrameRole.Closing, index, "text");
            PartEvent(events, "response.reasoning_summary_part.done", FrameRole.Closing, index, summary);
        }

        private static void Part(Utf8JsonWriter writer, string text)
        {
            writer.WriteStartObject();
            writer.WriteString("type", "summary_text");
            writer.WriteString("text", text);
            writer.WriteEndObject();
        }

        private void PartEvent(ResponseEvents events, string type, FrameRole role, int index, string text) =>
            events.Add(type, role, (Id, index, text), static (writer, state) =>
            {
                Where(writer, state.Id, state.index);
                writer.WriteNumber("summary_index", 0);
                writer.WritePropertyName("part");
                Part(writer, state.text);
            });

        private void TextEvent(ResponseEvents events, string type, FrameRole role, int index, string field) =>
            events.Add(type, role, (Id, index, field, summary), static (writer, state) =>
            {
                Where(writer, state.Id, state.index);
                writer.WriteNumber("summary_index", 0);
                writer.WriteString(state.field, state.summary);
            });
    }

    private sealed class CallItem(string id, ComposedCall call) : ResponseItem(id)
    {
        protected override FrameRole AddedRole => FrameRole.Content;

        protected override void Fields(Utf8JsonWriter writer, string status)
        {
            writer.WriteString("type", "function_call");
            writer.WriteString("status", status);
            writer.WriteString("arguments", status == "completed" ? call.Arguments : "");
            writer.WriteString("call_id", "call_" + call.Id);
            writer.WriteString("name", call.Name);
        }

        protected override void Deltas(ResponseEvents events, int index)
        {
            foreach (var piece in call.Pieces)
            {
                events.Add("response.function_call_arguments.delta", FrameRole.Content, (Id, index, piece), static (writer, state) =>
                {
                    Where(writer, state.Id, state.index);
                    writer.WriteString("delta", state.piece);
                });
            }
            events.Add("response.function_call_arguments.done", FrameRole.Closing, (Id, index, call), static (writer, state) =>
            {
                Where(writer, state.Id, state.index);
                writer.WriteString("name", state.call.Name);
                writer.WriteString("arguments", state.call.Arguments);
            });
        }
    }

    private sealed class MessageItem(string id, Composed answer, int? logprobs) : ResponseItem(id)
    {
        private bool IsRefusal => answer.Ending == Ending.Refusal;

        protected override void Fields(Utf8JsonWriter writer, string status)
        {
            writer.WriteString("type", "message");
            writer.WriteString("status", status);
            writer.WriteStartArray("content");
            if (status == "completed")
            {
                Part(writer, answer.Text);
            }
            writer.WriteEndArray();
            writer.WriteString("role", "assistant");
        }

        private void Part(Utf8JsonWriter writer, string text)
        {
            writer.WriteStartObject();
            if (IsRefusal)
            {
                writer.WriteString("type", "refusal");
                writer.WriteString("refusal", text);
            }
            else
            {
                writer.WriteString("type", "output_text");
                writer.WriteStartArray("annotations");
                writer.WriteEndArray();
                Probabilities(writer, text.Length == 0 ? [] : answer.Tokens);
                writer.WriteString("text", text);
            }
            writer.WriteEndObject();
        }

        protected override void Deltas(ResponseEvents events, int index)
        {
            var kind = IsRefusal ? "response.refusal" : "response.output_text";
            PartEvent(events, "response.content_part.added", FrameRole.Preamble, index, "");
            foreach (var token in answer.Tokens)
            {
                TextEvent(events, kind + ".delta", FrameRole.Content, index, "delta", token, [token]);
            }
            TextEvent(events, kind + ".done", FrameRole.Closing, index, IsRefusal ? "refusal" : "text", answer.Text, answer.Tokens);
            PartEvent(events, "response.content_part.done", FrameRole.Closing, index, answer.Text);
        }

        private void PartEvent(ResponseEvents events, string type, FrameRole role, int index, string text) =>
            events.Add(type, role, (self: this, index, text), static (writer, state) =>
            {
                Where(writer, state.self.Id, state.index);
                writer.WriteNumber("content_index", 0);
                writer.WritePropertyName("part");
                state.self.Part(writer, state.text);
            });

        private void Probabilities(Utf8JsonWriter writer, IEnumerable<string> tokens) => ChatLogprobs.WriteTokens(writer, "logprobs", logprobs is null ? [] : tokens, logprobs ?? 0);

        private void TextEvent(ResponseEvents events, string type, FrameRole role, int index, string field, string text, IEnumerable<string> tokens) =>
            events.Add(type, role, (self: this, index, field, text, tokens), static (writer, state) =>
            {
                Where(writer, state.self.Id, state.index);
                writer.WriteNumber("content_index", 0);
                writer.WriteString(state.field, state.text);
                if (!state.self.IsRefusal)
                {
                    state.self.Probabilities(writer, state.tokens);
                }
            });
    }
}
