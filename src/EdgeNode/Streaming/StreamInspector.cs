using System.Text.Json;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Metering;

namespace GlobalGateway.EdgeNode.Streaming;

/// <summary>Reads the events of one stream in its dialect: what each means, and the usage on the way.</summary>
public abstract class StreamInspector
{
    private ProducedTokens _seen;

    /// <summary>As counted so far.</summary>
    public Usage Usage { get; protected set; }

    /// <summary>An estimate of what of the answer has passed so far.</summary>
    public Usage Produced => Seen.Usage;

    private protected ref ProducedTokens Seen => ref _seen;

    public EventMeaning Inspect(in SseEvent next)
    {
        next.Parse(out var name, out var data);
        if (data.IsEmpty)
        {
            return EventMeaning.None;
        }

        return Inspect(name, data);
    }

    /// <summary>The same for an event whose fields are read already; <paramref name="data"/> is not empty.</summary>
    public abstract EventMeaning Inspect(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data);

    /// <param name="clientWantsUsage">Whether a usage frame goes on to the client.</param>
    /// <param name="azureClient">Whether the client called Azure's path, and takes what only Azure sends.</param>
    public static StreamInspector For(Operation operation, bool clientWantsUsage, bool azureClient = false, int candidates = 1) => operation switch
    {
        Operation.ChatCompletions => new ChatStreamInspector(clientWantsUsage, azureClient),
        Operation.Responses => new ResponsesStreamInspector(),
        Operation.Messages => new MessagesStreamInspector(),
        Operation.StreamGenerateContent => new GeminiStreamInspector(candidates),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "this operation does not stream"),
    };

    /// <summary>Reads the <c>usage</c> member of the object the reader stands on, and leaves it on the object's end.</summary>
    private protected void ReadUsageInside(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var usage = reader.ValueTextEquals("usage"u8);
            reader.Read();
            if (usage)
            {
                Usage = UsageReader.Read(ref reader, Usage);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    /// <summary>Counts the text the reader stands on; false when it has none.</summary>
    private protected static bool Count(ref Utf8JsonReader reader, ref TokenCounter counter)
    {
        if (!IsText(ref reader))
        {
            return false;
        }

        counter.AddJson(reader.ValueSpan);
        return true;
    }

    /// <summary>Whether the reader stands on text of at least one character.</summary>
    private protected static bool IsText(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0;
}
