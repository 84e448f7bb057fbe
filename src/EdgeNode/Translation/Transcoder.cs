using System.Buffers;
using System.Text;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>
/// Each event of a provider is read as neutral steps, and these are written as the client's events: between two dialects, and
/// within one where another provider may have to take up a broken answer.
/// </summary>
/// <param name="continues">The passage whose answer broke off and goes on here.</param>
public sealed class Transcoder(StreamDecoder decoder, StreamEncoder encoder, Transcoder? continues = null) : StreamPassage
{
    private readonly List<StreamPart> _steps = [];
    private readonly StepOrder _order = new();
    private readonly StringBuilder? _text = continues?._text;
    private bool _onlyText = true;
    private Usage _usage;
    private ProducedTokens _produced;

    /// <summary>Estimates the prompt's tokens, for a provider that does not count; without it such an answer has no usage.</summary>
    public Func<long>? Prompt { private get; init; }

    /// <summary>Keeps the answer's text from now on, so that another target can take it up.</summary>
    public bool Keeps { init => _text = value ? new StringBuilder() : _text; }

    /// <summary>What the client has of the answer, where another target could go on from just that: text, and nothing open beside it.</summary>
    public string? Begun => _text is { Length: > 0 and <= BegunMax } && _onlyText ? _text.ToString() : null;

    /// <summary>Characters of an answer that are kept; a longer one is not taken up.</summary>
    public const int BegunMax = 1024 * 1024;

    /// <summary>Writes the rest of the same answer from another provider's stream.</summary>
    public Transcoder Continue(StreamDecoder rest) => new(rest, encoder, this);

    public override Usage Usage => _usage;

    public override int Numbered => encoder.Numbered;

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

        foreach (var each in _steps)
        {
            var step = each;
            if (continues is not null && !Joins(ref step))
            {
                continue;
            }

            if (step.Kind == StreamPartKind.End && _usage.TotalTokens == 0 && Prompt is not null)
            {
                _usage = Produced with { Input = Prompt() };
                encoder.Encode(new StreamPart(StreamPartKind.Usage, Usage: _usage), output);
            }

            Count(step);
            encoder.Encode(step, output);
        }

        return meaning;
    }

    /// <summary>Whether a step of the rest still says something: the answer has begun already, and its white space at the seam is there.</summary>
    private bool Joins(ref StreamPart step)
    {
        if (step.Kind == StreamPartKind.Text && _text is { Length: > 0 } && char.IsWhiteSpace(_text[^1]))
        {
            step = step with { Text = step.Text.TrimStart() };
            return step.Text.Length > 0;
        }

        return step.Kind != StreamPartKind.Start;
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
            case StreamPartKind.Text:
                _produced.Answer.Add(step.Text);
                Keep(step.Text);
                break;
            case StreamPartKind.ToolStart:
                _produced.Answer.Add(step.Name);
                _onlyText = false;
                break;
            case StreamPartKind.Refusal or StreamPartKind.ToolArguments:
                _produced.Answer.Add(step.Text);
                _onlyText = false;
                break;
            case StreamPartKind.Finish:
                _onlyText = false;
                break;
        }
    }

    private void Keep(string text)
    {
        if (_text?.Length <= BegunMax)
        {
            _text.Append(text);
        }
    }

    private EventMeaning Decode(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        try
        {
            var meaning = decoder.Decode(name, data, _steps);
            return (meaning & (EventMeaning.Error | EventMeaning.Malformed)) != 0 || _order.Admit(_steps) ? meaning : EventMeaning.Malformed;
        }
        catch (TranslationException)
        {
            // A value of another type than the dialect has there.
            return EventMeaning.Malformed;
        }
    }
}
