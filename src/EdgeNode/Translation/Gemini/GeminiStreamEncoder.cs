using System.Buffers;
using System.Text;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Translation.AnthropicMessages;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>
/// Writes the chunks of a stream. Gemini's calls come whole, so argument fragments wait for the end; the finish reason
/// stands in the last chunk only, with the usage, and nothing marks the end.
/// </summary>
internal sealed class GeminiStreamEncoder : StreamEncoder
{
    private readonly SortedDictionary<int, (string Id, string Name, string Arguments)> _calls = [];
    private readonly StringBuilder _text = new();
    private readonly List<Citation> _citations = [];
    private string _id = "";
    private string _model = "";
    private StopKind _stop;
    private Usage _usage;

    public override void Encode(in StreamPart step, IBufferWriter<byte> output)
    {
        switch (step.Kind)
        {
            case StreamPartKind.Start:
                (_id, _model) = (step.Id ?? "", step.Name ?? "");
                break;
            case StreamPartKind.Text or StreamPartKind.Refusal:
                Write(output, new TextPart(step.Text));
                _text.Append(step.Text);
                break;
            case StreamPartKind.Citation:
                _citations.Add(step.Citation!);
                break;
            case StreamPartKind.Reasoning:
                Write(output, new ReasoningPart(step.Text, null, null, null));
                break;
            case StreamPartKind.ReasoningSignature:
                // Only Anthropic's come here: Gemini's own streams are passed on as they are.
                Write(output, new ReasoningPart("", step.Text, null, MessagesWords.Provider));
                break;
            case StreamPartKind.ToolStart:
                _calls[step.Index] = (step.Id ?? "", step.Name ?? "", step.Text);
                break;
            case StreamPartKind.ToolArguments when _calls.TryGetValue(step.Index, out var call):
                _calls[step.Index] = call with { Arguments = call.Arguments + step.Text };
                break;
            case StreamPartKind.Finish:
                _stop = step.Stop;
                break;
            case StreamPartKind.Usage:
                _usage = step.Usage;
                break;
            case StreamPartKind.End:
                Write(output, [.. _calls.Values.Select(c => new ToolCallPart(c.Id, c.Name, ToolArguments.IsObject(c.Arguments) ? c.Arguments : "{}"))], _stop);
                break;
        }
    }

    private void Write(IBufferWriter<byte> output, Part part) => Write(output, [part], null);

    private void Write(IBufferWriter<byte> output, IReadOnlyList<Part> parts, StopKind? stop)
    {
        output.Write("data: "u8);
        GeminiAnswerWriter.Write(output, _id, _model, parts, stop, _usage, stop is null || _citations.Count == 0 ? null : (_text.ToString(), _citations));
        output.Write("\r\n\r\n"u8);
    }
}
