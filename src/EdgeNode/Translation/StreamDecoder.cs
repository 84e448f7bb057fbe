using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>Turns the events of one provider's stream into neutral steps; keeps what must be remembered between events.</summary>
public abstract class StreamDecoder
{
    /// <summary>Appends the steps of one event and says what it means to the relay, by the same rules as <see cref="StreamInspector"/>.</summary>
    /// <exception cref="System.Text.Json.JsonException">The event is not of the dialect.</exception>
    public abstract EventMeaning Decode(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, List<StreamPart> steps);
}
