using System.Buffers;
using System.Text;
using System.Text.Json;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.Dialects.Transcripts;

/// <summary>What an answer means, whichever dialect and form it came in.</summary>
public sealed class ReadTranscript
{
    public StringBuilder Text { get; } = new();
    public StringBuilder Reasoning { get; } = new();
    public List<(string Id, string Name, StringBuilder Arguments)> Calls { get; } = [];
    public StopKind Stop { get; private set; }
    public Usage Usage { get; private set; }

    public static ReadTranscript OfAnswer(ChatCodec codec, ReadOnlyMemory<byte> body)
    {
        var answer = codec.ReadAnswer(body);
        var read = new ReadTranscript { Stop = answer.EffectiveStop, Usage = answer.Usage };
        foreach (var part in answer.Parts)
        {
            switch (part)
            {
                case TextPart text:
                    read.Text.Append(text.Text);
                    break;
                case ReasoningPart reasoning:
                    read.Reasoning.Append(reasoning.Text);
                    break;
                case ToolCallPart call:
                    read.Calls.Add((call.Id, call.Name, new StringBuilder(call.Arguments)));
                    break;
            }
        }

        return read;
    }

    public static ReadTranscript OfStream(ChatCodec codec, ReadOnlyMemory<byte> events)
    {
        var read = new ReadTranscript();
        Pass(new Transcoder(codec.CreateDecoder(), read.Encoder()), events);
        return read;
    }

    /// <summary>The stream as a client of another dialect gets it.</summary>
    public static byte[] Translate(ChatCodec provider, ChatCodec client, ReadOnlyMemory<byte> events) =>
        Pass(new Transcoder(provider.CreateDecoder(), client.CreateEncoder(new ChatRequest { Turns = [], Stream = true, WantsUsage = true })), events);

    private static byte[] Pass(StreamPassage passage, ReadOnlyMemory<byte> events)
    {
        using var source = new MemoryStream(events.ToArray());
        using var reader = new SseReader(source);
        var output = new ArrayBufferWriter<byte>();
        do
        {
            while (reader.TryNext(out var next))
            {
                var meaning = passage.Take(next, output);
                if ((meaning & (EventMeaning.Error | EventMeaning.Malformed)) != 0)
                {
                    throw new InvalidDataException($"{meaning}: {Encoding.UTF8.GetString(next.Raw)}");
                }
            }
        }
        while (reader.FillAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult() > 0);

        return output.WrittenSpan.ToArray();
    }

    private StepReader Encoder() => new(this);

    private sealed class StepReader(ReadTranscript read) : StreamEncoder
    {
        public override void Encode(in StreamPart step, IBufferWriter<byte> output)
        {
            switch (step.Kind)
            {
                case StreamPartKind.Text:
                    read.Text.Append(step.Text);
                    break;
                case StreamPartKind.Reasoning:
                    read.Reasoning.Append(step.Text);
                    break;
                case StreamPartKind.ToolStart:
                    read.Calls.Add((step.Id!, step.Name!, new StringBuilder(step.Text)));
                    break;
                case StreamPartKind.ToolArguments:
                    read.Calls[step.Index].Arguments.Append(step.Text);
                    break;
                case StreamPartKind.Finish:
                    read.Stop = step.Stop;
                    break;
                case StreamPartKind.Usage:
                    read.Usage = step.Usage;
                    break;
            }
        }
    }

    public static JsonElement Arguments(StringBuilder text) => JsonDocument.Parse(text.ToString()).RootElement;
}
