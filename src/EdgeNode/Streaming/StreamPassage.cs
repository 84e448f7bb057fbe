using System.Buffers;
using System.Text.Json;
using GlobalGateway.EdgeNode.Metering;

namespace GlobalGateway.EdgeNode.Streaming;

/// <summary>How the events of a provider's stream become the client's: as they are, or in another dialect.</summary>
public abstract class StreamPassage
{
    /// <summary>As counted so far.</summary>
    public abstract Usage Usage { get; }

    /// <summary>An estimate of what of the answer has passed so far.</summary>
    public abstract Usage Produced { get; }

    /// <summary>How many events the client has got, where its dialect numbers them.</summary>
    public virtual int Numbered => 0;

    /// <summary>Writes what the client gets for one event and says what it means; nothing is written for an error or a malformed event.</summary>
    public EventMeaning Take(in SseEvent next, IBufferWriter<byte> output)
    {
        try
        {
            return Pass(next, output);
        }
        catch (JsonException)
        {
            return EventMeaning.Malformed;
        }
        catch (InvalidOperationException)
        {
            // A value of another type than the dialect has there.
            return EventMeaning.Malformed;
        }
    }

    protected abstract EventMeaning Pass(in SseEvent next, IBufferWriter<byte> output);
}
