using System.Text;
using System.Text.Json;

namespace GlobalGateway.Testing.Grammars;

/// <summary>
/// Anthropic's messages: <c>message_start</c>, blocks opened and closed one at a time with contiguous indexes, then
/// <c>message_delta</c> with the reason, then <c>message_stop</c>. Pings may come anywhere.
/// </summary>
public sealed class MessagesGrammar : StreamGrammar
{
    private static readonly string[] Reasons = ["end_turn", "max_tokens", "stop_sequence", "tool_use", "pause_turn", "refusal", "model_context_window_exceeded"];

    private protected override Walk Begin(StreamEnd end, List<string> violations) => new MessagesWalk(end, violations);

    private sealed class MessagesWalk(StreamEnd end, List<string> violations) : Walk(end, violations)
    {
        private readonly StringBuilder _arguments = new();
        private readonly HashSet<string> _callIds = [];
        private int _blocks;
        private string? _open;
        private string? _broken;
        private bool _signed;
        private bool _started;
        private bool _delta;

        protected override void Event(StreamEvent next)
        {
            var type = Text(next.Json, "type");
            Require(next.Name == type, $"the event {type} is named {next.Name}");
            Require(_started || type is "message_start" or "ping" or "error", $"{type} comes before message_start");
            Require(!_delta || type is "message_stop" or "ping" or "error", $"{type} comes after message_delta");
            switch (type)
            {
                case "message_start":
                    Require(!_started, "message_start comes again");
                    _started = true;
                    Has(next.Json, "message", out var message);
                    Start(message);
                    break;
                case "content_block_start":
                    Has(next.Json, "content_block", out var block);
                    Open(next.Json, block);
                    break;
                case "content_block_delta":
                    Has(next.Json, "delta", out var delta);
                    Delta(next.Json, delta);
                    break;
                case "content_block_stop":
                    Close(next.Json);
                    break;
                case "message_delta":
                    Finish(next.Json);
                    break;
                case "message_stop":
                    Require(_delta, "message_stop comes before message_delta");
                    Ended();
                    break;
                case "error":
                    Require(Has(next.Json, "error", out var error) && Text(error, "type") is { Length: > 0 } && Text(error, "message") is { Length: > 0 }, "the error has no type or message");
                    Failed();
                    break;
                case not "ping":
                    Wrong($"{type} is no event of this API");
                    break;
            }
        }

        private void Start(JsonElement message)
        {
            Require(Text(message, "id") is { Length: > 0 }, "the message has no id");
            Require(Text(message, "role") == "assistant" && Text(message, "type") == "message", "the message is no assistant's");
            Require(Has(message, "content", out _) && Items(message, "content").Length == 0, "the message does not begin empty");
            Require(!Has(message, "stop_reason", out _), "the message begins with a stop reason");
            Require(Has(message, "usage", out var usage) && Number(usage, "input_tokens") is >= 0, "the message begins without usage");
        }

        private void Open(JsonElement json, JsonElement block)
        {
            Require(_open is null, $"a block opens while {_open} is open");
            Require(Number(json, "index") == _blocks, $"block {Number(json, "index")} is not the next, {_blocks}");
            _blocks++;
            _open = Text(block, "type") ?? "";
            _signed = false;
            _arguments.Clear();
            Require(_open.Length > 0, "a block has no type");
            if (_open == "tool_use")
            {
                Require(Text(block, "id") is { Length: > 0 } id && _callIds.Add(id), "a tool_use has no id of its own");
                Require(Text(block, "name") is { Length: > 0 }, "a tool_use has no name");
                Require(Has(block, "input", out var input) && input.ValueKind == JsonValueKind.Object, "a tool_use begins without input");
            }
        }

        private void Delta(JsonElement json, JsonElement delta)
        {
            var type = Text(delta, "type");
            Require(_open is not null && Number(json, "index") == _blocks - 1, $"a delta of block {Number(json, "index")}, which is not open");
            Require((_open, type) is ("text", "text_delta" or "citations_delta") or ("thinking", "thinking_delta" or "signature_delta")
                or ("tool_use" or "server_tool_use", "input_json_delta"), $"{type} inside {_open}");
            Require(!_signed, $"{type} comes after the signature");
            _signed |= type == "signature_delta";
            _arguments.Append(Text(delta, "partial_json"));
        }

        private void Close(JsonElement json)
        {
            Require(_open is not null && Number(json, "index") == _blocks - 1, $"block {Number(json, "index")} closes, which is not open");
            if (_open == "tool_use" && _arguments.Length > 0 && !IsObject(_arguments.ToString()))
            {
                _broken = _arguments.ToString();
            }

            _open = null;
        }

        private void Finish(JsonElement json)
        {
            Require(_open is null, $"message_delta comes while {_open} is open");
            Has(json, "delta", out var delta);
            var reason = Text(delta, "stop_reason");
            Require(Reasons.Contains(reason), $"\"{reason}\" is no stop reason");
            Require(_callIds.Count == 0 || reason is not ("end_turn" or "stop_sequence"), $"an answer with calls ends with {reason}");
            Require(_callIds.Count > 0 || reason != "tool_use", "an answer without calls ends with tool_use");
            Require(Has(json, "usage", out var usage) && Number(usage, "output_tokens") is >= 0, "message_delta has no usage");
            Require(_broken is null || reason != "tool_use", $"a call's input is no JSON object: {_broken}");
            _delta = true;
        }
    }
}
