using System.Buffers;
using System.Text.Json;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.OpenAIResponses;

/// <summary>
/// Writes the events of a response: one item after the other, each added and done, and at the end the whole response.
/// Argument fragments of a call that is not open wait until it is its turn.
/// </summary>
internal sealed class ResponsesStreamEncoder(ChatRequest request) : StreamEncoder
{
    private readonly ResponsesEvents _events = new();
    private readonly SortedDictionary<int, OutputCall> _waiting = [];
    private ResponseObject? _response;
    private OutputItem? _open;
    private int _openCall = -1;
    private int _said;
    private int _partStart;

    public override int Numbered => _events.Count;

    private int Index => _response!.Items.Count - 1;

    public override void Encode(in StreamPart step, IBufferWriter<byte> output)
    {
        _events.To(output);
        switch (step.Kind)
        {
            case StreamPartKind.Start:
                Start(step.Id ?? "", step.Name ?? "");
                break;
            case StreamPartKind.Text or StreamPartKind.Refusal:
                Say(step);
                break;
            case StreamPartKind.Citation when _open is OutputMessage { Parts: [.., { IsRefusal: false } part] } message:
                Cite(message, part, step.Citation!);
                break;
            case StreamPartKind.Reasoning:
                Think(step.Text);
                break;
            case StreamPartKind.ReasoningSignature:
                OpenReasoning().Encrypted = ResponsesReasoning.Encrypt(step.Text);
                break;
            case StreamPartKind.RedactedReasoning:
                OpenReasoning().Encrypted = ResponsesReasoning.Encrypt(new ReasoningPart("", null, step.Text, null));
                break;
            case StreamPartKind.ToolStart:
                StartCall(step.Index, step.Id ?? "", step.Name ?? "");
                break;
            case StreamPartKind.ToolArguments:
                Arguments(step.Index, step.Text);
                break;
            case StreamPartKind.Finish:
                Begun().Stop = step.Stop;
                break;
            case StreamPartKind.Usage:
                Begun().Usage = step.Usage;
                break;
            case StreamPartKind.End:
                Finish();
                break;
        }
    }

    private void Start(string id, string model)
    {
        if (_response is not null)
        {
            return;
        }

        _response = new ResponseObject(request, ResponsesWords.AnswerId(id.Length > 0 ? id : Guid.NewGuid().ToString("N")), model);
        _events.WriteResponse("response.created"u8, _response, ResponsesWords.InProgress);
        _events.WriteResponse("response.in_progress"u8, _response, ResponsesWords.InProgress);
    }

    private ResponseObject Begun()
    {
        Start("", "");
        return _response!;
    }

    private void Open(OutputItem item)
    {
        _open = item;
        _response!.Items.Add(item);
        _events.WriteItem("response.output_item.added"u8, item, Index, ResponsesWords.InProgress);
    }

    private void Say(in StreamPart step)
    {
        var (text, refusal) = (step.Text, step.Kind == StreamPartKind.Refusal);
        if (_open is not OutputMessage { Parts: [.., var part] } || part.IsRefusal != refusal)
        {
            var next = new OutputText(refusal);
            if (_open is OutputMessage message)
            {
                ClosePart(message);
            }
            else
            {
                Close();
                message = new OutputMessage(Begun().NextId("msg"));
                Open(message);
            }

            message.Parts.Add(next);
            _partStart = _said;
            _events.WritePart("response.content_part.added"u8, message, Index, next, "");
            part = next;
        }

        part.Text.Append(text);
        _said += refusal ? 0 : text.Length;
        _events.WriteText(part.IsRefusal ? "response.refusal.delta"u8 : "response.output_text.delta"u8, (OutputMessage)_open!, Index, part, "delta"u8, text, step.LogProbs);
        part.LogProbs.AddRange(step.LogProbs ?? []);
    }

    // Places count from the answer's first character, and in an item from the part's; what a part says of all its text is said now.
    private void Cite(OutputMessage message, OutputText part, Citation citation)
    {
        var start = Math.Max(0, (citation.Start ?? _partStart) - _partStart);
        var end = citation.End is { } place ? Math.Max(start, place - _partStart) : part.Text.Length;
        part.Citations.Add(citation with { Start = start, End = end });
        _events.WriteAnnotation(message, Index, part);
    }

    private OutputReasoning OpenReasoning()
    {
        // A signed item is complete: what comes after it is another.
        if (_open is OutputReasoning { Encrypted: null } open)
        {
            return open;
        }

        Close();
        var item = new OutputReasoning(Begun().NextId("rs"));
        Open(item);
        return item;
    }

    private void Think(string text)
    {
        var item = OpenReasoning();
        if (item.Summary.Length == 0)
        {
            _events.WriteSummaryPart("response.reasoning_summary_part.added"u8, item, Index, "");
        }

        item.Summary.Append(text);
        _events.WriteSummaryText("response.reasoning_summary_text.delta"u8, item, Index, "delta"u8, text);
    }

    private void StartCall(int call, string id, string name)
    {
        var item = new OutputCall($"{Begun().NextId("fc")}_{call}", id, name);
        if (_open is OutputCall)
        {
            // Another call is open: this one waits, so that items do not interleave.
            _waiting[call] = item;
            return;
        }

        Close();
        _openCall = call;
        Open(item);
    }

    private void Arguments(int call, string fragment)
    {
        if (call == _openCall && _open is OutputCall open)
        {
            open.Arguments.Append(fragment);
            _events.WriteArguments("response.function_call_arguments.delta"u8, open, Index, "delta"u8, fragment);
        }
        else if (_waiting.TryGetValue(call, out var waiting))
        {
            waiting.Arguments.Append(fragment);
        }
    }

    private void Close()
    {
        CloseOpen();
        while (_waiting.Count > 0)
        {
            var (index, call) = _waiting.First();
            _waiting.Remove(index);
            Open(call);
            if (call.Arguments.Length > 0)
            {
                _events.WriteArguments("response.function_call_arguments.delta"u8, call, Index, "delta"u8, call.Arguments.ToString());
            }

            CloseOpen();
        }
    }

    private void CloseOpen()
    {
        switch (_open)
        {
            case null:
                return;
            case OutputMessage message:
                ClosePart(message);
                break;
            case OutputReasoning { Summary.Length: > 0 } reasoning:
                var summary = reasoning.Summary.ToString();
                _events.WriteSummaryText("response.reasoning_summary_text.done"u8, reasoning, Index, "text"u8, summary);
                _events.WriteSummaryPart("response.reasoning_summary_part.done"u8, reasoning, Index, summary);
                break;
            case OutputCall call:
                if (call.Arguments.Length == 0)
                {
                    call.Arguments.Append("{}");
                    _events.WriteArguments("response.function_call_arguments.delta"u8, call, Index, "delta"u8, "{}");
                }

                _events.WriteArguments("response.function_call_arguments.done"u8, call, Index, "arguments"u8, call.Arguments.ToString());
                break;
        }

        _events.WriteItem("response.output_item.done"u8, _open, Index, _waiting.Count > 0 ? ResponsesWords.Completed : _response!.StatusOf(Index));
        _open = null;
        _openCall = -1;
    }

    private void ClosePart(OutputMessage message)
    {
        var part = message.Parts[^1];
        var text = part.Text.ToString();
        _events.WriteText(
            part.IsRefusal ? "response.refusal.done"u8 : "response.output_text.done"u8, message, Index, part, part.IsRefusal ? "refusal"u8 : "text"u8, text, part.LogProbs);
        _events.WritePart("response.content_part.done"u8, message, Index, part, text);
    }

    private void Finish()
    {
        var response = Begun();
        Close();
        var status = ResponsesWords.Status(response.Stop);
        _events.WriteResponse(status == ResponsesWords.Incomplete ? "response.incomplete"u8 : "response.completed"u8, response, status);
    }
}
