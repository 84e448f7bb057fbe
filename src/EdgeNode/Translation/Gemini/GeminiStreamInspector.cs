using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>Reads the chunks of a stream that is passed on to a client of the same API.</summary>
public sealed class GeminiStreamInspector : StreamInspector
{
    private readonly GeminiStreamDecoder _decoder = new();
    private readonly List<StreamPart> _steps = [];

    public override EventMeaning Inspect(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        _steps.Clear();
        var meaning = _decoder.Decode(name, data, _steps);
        foreach (var step in _steps)
        {
            Usage = step.Kind == StreamPartKind.Usage ? step.Usage : Usage;
        }

        return meaning;
    }
}
