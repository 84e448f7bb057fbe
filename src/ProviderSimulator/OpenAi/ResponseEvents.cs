using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>Collects the typed events of one response and numbers them.</summary>
internal sealed class ResponseEvents
{
    public List<StreamFrame> Frames { get; } = [];

    public void Add<T>(string type, FrameRole role, T state, Action<Utf8JsonWriter, T> write) =>
        Frames.Add(new(JsonBytes.Event(type, (type, number: Frames.Count, state, write), static (writer, each) =>
        {
            writer.WriteStartObject();
            writer.WriteString("type", each.type);
            writer.WriteNumber("sequence_number", each.number);
            each.write(writer, each.state);
            writer.WriteEndObject();
        }), role));
}
