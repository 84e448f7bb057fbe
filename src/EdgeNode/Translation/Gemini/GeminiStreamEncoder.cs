using System.Buffers;
using System.Text;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Translation.AnthropicMessages;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>
/// Writes the chunks of a stream. Gemini's calls come whole, so argument fragments wait for the end; a finish reason
/// stands in a candidate's last chunk only, the usage in the last of all, and nothing marks the end.
/// </summary>
internal sealed class GeminiStreamEncoder : StreamEncoder
{
    private readonly SortedDictionary<int, Candidate> _candidates = [];
    private string _id = "";
    private string _model = "";
    private Usage _usage;

    public override void Encode(in StreamPart step, IBufferWriter<byte> output)
    {
        switch (step.Kind)
        {
            case StreamPartKind.Start:
                (_id, _model) = (step.Id ?? "", step.Name ?? "");
                break;
            case StreamPartKind.Usage:
                _usage = step.Usage;
                break;
            case StreamPartKind.End:
                WriteEnd(output);
                break;
            default:
                EncodeCandidate(step, output);
                break;
        }
    }

    private void EncodeCandidate(in StreamPart step, IBufferWriter<byte> output)
    {
        var candidate = CandidateOf(step.Candidate);
        switch (step.Kind)
        {
            case StreamPartKind.Text or StreamPartKind.Refusal:
                Write(output, step.Candidate, new TextPart(step.Text), step.LogProbs);
                candidate.Text.Append(step.Text);
                break;
            case StreamPartKind.Citation:
                candidate.Citations.Add(step.Citation!);
                break;
            case StreamPartKind.Reasoning:
                Write(output, step.Candidate, new ReasoningPart(step.Text, null, null, null));
                break;
            case StreamPartKind.ReasoningSignature:
                // Only Anthropic's come here: Gemini's own streams are passed on as they are.
                Write(output, step.Candidate, new ReasoningPart("", step.Text, null, MessagesWords.Provider));
                break;
            case StreamPartKind.ToolStart:
                candidate.Calls[step.Index] = (step.Id ?? "", step.Name ?? "", step.Text);
                break;
            case StreamPartKind.ToolArguments when candidate.Calls.TryGetValue(step.Index, out var call):
                candidate.Calls[step.Index] = call with { Arguments = call.Arguments + step.Text };
                break;
            case StreamPartKind.Finish:
                candidate.Stop = step.Stop;
                break;
        }
    }

    private Candidate CandidateOf(int index)
    {
        if (!_candidates.TryGetValue(index, out var candidate))
        {
            _candidates.Add(index, candidate = new Candidate());
        }

        return candidate;
    }

    private void Write(IBufferWriter<byte> output, int index, Part part, IReadOnlyList<TokenProbability>? logProbs = null)
    {
        output.Write("data: "u8);
        GeminiAnswerWriter.Write(output, _id, _model, index, [part], stop: null, usage: null, logProbs: logProbs);
        output.Write("\r\n\r\n"u8);
    }

    private void WriteEnd(IBufferWriter<byte> output)
    {
        _ = CandidateOf(0);
        var left = _candidates.Count;
        foreach (var (index, candidate) in _candidates)
        {
            output.Write("data: "u8);
            GeminiAnswerWriter.Write(
                output, _id, _model, index,
                [.. candidate.Calls.Values.Select(c => new ToolCallPart(c.Id, c.Name, c.Arguments))],
                candidate.Stop, --left == 0 ? _usage : null, candidate.Citations.Count == 0 ? null : (candidate.Text.ToString(), candidate.Citations));
            output.Write("\r\n\r\n"u8);
        }
    }

    private sealed class Candidate
    {
        public SortedDictionary<int, (string Id, string Name, string Arguments)> Calls { get; } = [];
        public StringBuilder Text { get; } = new();
        public List<Citation> Citations { get; } = [];
        public StopKind Stop { get; set; }
    }
}
