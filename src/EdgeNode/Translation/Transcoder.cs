using System.Buffers;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>Two dialects: each event is read as neutral steps, and these are written as the client's events.</summary>
public sealed class Transcoder(StreamDecoder decoder, StreamEncoder encoder) : StreamPassage
{
    private readonly List<StreamPart> _steps = [];
    private Usage _usage;
    private ProducedTokens _produced;

    public override Usage Usage => _usage;

    public override Usage Produced => _produced.Usage;

    protected override EventMeaning Pass(in SseEvent next, IBufferWriter<byte> output)
    {
        next.Parse(out var name, out var data);
        if (data.IsEmpty)
        {
            return EventMeaning.None;
        }

        _steps.Clear();
        var meaning = Decode(name, data);
        if ((meaning & (EventMeaning.Error | EventMeaning.Malformed)) != 0)
        {
            return meaning;
        }

        foreach (var step in _steps)
        {
            Count(step);
            encoder.Encode(step, output);
        }

        return meaning;
    }

    private void Count(in StreamPart step)
    {
        switch (step.Kind)
        {
            case StreamPartKind.Usage:
                _usage = step.Usage;
                break;
            case StreamPartKind.Reasoning:
                _produced.Reasoning.Add(step.Text);
                break;
            case StreamPartKind.ToolStart:
                _produced.Answer.Add(step.Name);
                break;
            case StreamPartKind.Text or StreamPartKind.Refusal or StreamPartKind.ToolArguments:
                _produced.Answer.Add(step.Text);
                break;
        }
    }

    private EventMeaning Decode(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        try
        {
            return decoder.Decode(name, data, _steps);
        }
        catch (TranslationException)
        {
            // A value of another type than the dialect has there.
            return EventMeaning.Malformed;
        }
    }
}
