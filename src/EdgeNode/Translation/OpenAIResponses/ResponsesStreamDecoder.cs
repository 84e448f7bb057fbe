using System.Text.Json;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation.Neutral;
using GlobalGateway.EdgeNode.Translation.OpenAIChat;

namespace GlobalGateway.EdgeNode.Translation.OpenAIResponses;

/// <summary>Reads the typed events of a response. What came without deltas is taken from the done event of its item.</summary>
internal sealed class ResponsesStreamDecoder(string maker) : StreamDecoder
{
    private readonly ResponsesStreamInspector _inspector = new();

    /// <summary>Calls of the answer by their place in its output, and whether arguments came.</summary>
    private readonly Dictionary<long, (int Call, bool Filled)> _calls = [];

    /// <summary>Output items, by place, of which text came.</summary>
    private readonly HashSet<long> _said = [];
    private bool _refused;
    private int _written;
    private int _partStart;

    public override EventMeaning Decode(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, List<StreamPart> steps)
    {
        var meaning = _inspector.Inspect(name, data);
        if (data[0] != '{' || (meaning & (EventMeaning.Error | EventMeaning.Malformed)) != 0)
        {
            return meaning;
        }

        var reader = new Utf8JsonReader(data);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        var place = root.Whole("output_index") ?? 0;
        switch (root.Text("type"))
        {
            case "response.created" when root.Has("response", out var response):
                steps.Add(new StreamPart(StreamPartKind.Start, Id: response.Text("id"), Name: response.Text("model")));
                break;
            case "response.output_text.delta":
                Say(steps, StreamPartKind.Text, place, root.Text("delta"), ChatLogProbs.ReadTokens(root, "logprobs"));
                break;
            case "response.content_part.added":
                _partStart = _written;
                break;
            case "response.output_text.annotation.added" when root.Has("annotation", out var annotation) && ResponsesCitations.Read(annotation, _partStart) is { } citation:
                steps.Add(new StreamPart(StreamPartKind.Citation, Citation: citation));
                break;
            case "response.refusal.delta":
                _refused = true;
                Say(steps, StreamPartKind.Refusal, place, root.Text("delta"));
                break;
            case "response.reasoning_summary_text.delta" or "response.reasoning_text.delta":
                Say(steps, StreamPartKind.Reasoning, place, root.Text("delta"));
                break;
            case "response.reasoning_summary_part.added" when root.Whole("summary_index") > 0:
                Say(steps, StreamPartKind.Reasoning, place, "\n\n");
                break;
            case "response.output_item.added" when root.Has("item", out var item) && item.Text("type") == "function_call":
                StartCall(steps, place, item);
                break;
            case "response.function_call_arguments.delta" when _calls.TryGetValue(place, out var call) && root.Text("delta") is { Length: > 0 } fragment:
                _calls[place] = call with { Filled = true };
                steps.Add(new StreamPart(StreamPartKind.ToolArguments, call.Call, fragment));
                break;
            case "response.output_item.done" when root.Has("item", out var item):
                Close(steps, place, item);
                break;
            case "response.completed" or "response.incomplete" when root.Has("response", out var response):
                Finish(steps, response);
                break;
        }

        return meaning;
    }

    private void Say(List<StreamPart> steps, StreamPartKind kind, long place, string? text, List<TokenProbability>? logProbs = null)
    {
        if (text is { Length: > 0 })
        {
            _said.Add(place);
            _written += kind == StreamPartKind.Text ? text.Length : 0;
            steps.Add(new StreamPart(kind, Text: text) { LogProbs = logProbs is { Count: > 0 } ? logProbs : null });
        }
    }

    private void StartCall(List<StreamPart> steps, long place, JsonElement item)
    {
        var call = _calls.Count;
        if (_calls.TryAdd(place, (call, false)))
        {
            steps.Add(new StreamPart(StreamPartKind.ToolStart, call, Id: item.Text("call_id") ?? item.Text("id"), Name: item.Text("name")));
        }
    }

    private void Close(List<StreamPart> steps, long place, JsonElement item)
    {
        switch (item.Text("type"))
        {
            case "function_call":
                StartCall(steps, place, item);
                if (!_calls[place].Filled && item.Text("arguments") is { Length: > 0 } arguments)
                {
                    steps.Add(new StreamPart(StreamPartKind.ToolArguments, _calls[place].Call, arguments));
                }

                break;
            case "message" when !_said.Contains(place):
                foreach (var (part, _) in item.Items("content"))
                {
                    Say(steps, StreamPartKind.Text, place, part.Text("text"));
                    _refused |= part.Text("refusal") is { Length: > 0 };
                    Say(steps, StreamPartKind.Refusal, place, part.Text("refusal"));
                }

                break;
            case "reasoning":
                if (!_said.Contains(place))
                {
                    Say(steps, StreamPartKind.Reasoning, place, ResponsesInput.ReasoningText(item, ""));
                }

                if (ResponsesAnswerReader.SignatureOf(item, maker) is { } signature)
                {
                    steps.Add(new StreamPart(StreamPartKind.ReasoningSignature, Text: signature));
                }

                break;
        }
    }

    private void Finish(List<StreamPart> steps, JsonElement response)
    {
        var stop = ResponsesAnswerReader.ReadStop(response) ?? StopKind.Stop;
        stop = stop != StopKind.Stop ? stop : _refused ? StopKind.Refusal : _calls.Count > 0 ? StopKind.ToolCalls : stop;
        steps.Add(new StreamPart(StreamPartKind.Finish, Stop: stop));
        steps.Add(new StreamPart(StreamPartKind.Usage, Usage: _inspector.Usage));
        steps.Add(new StreamPart(StreamPartKind.End));
    }
}
