using System.Buffers;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>Gemini's <c>generateContent</c> towards providers; clients of that API have no codec yet.</summary>
public sealed class GeminiCodec : ChatCodec
{
    public override ChatRequest ReadRequest(ReadOnlyMemory<byte> body) => throw NotForClients();

    public override void WriteRequest(ChatRequest request, ModelEndpoint target, IBufferWriter<byte> output, ICollection<string> dropped) =>
        GeminiRequestWriter.Write(request, target, output, dropped);

    public override ChatAnswer ReadAnswer(ReadOnlyMemory<byte> body) => GeminiAnswers.Read(body);

    public override void WriteAnswer(ChatAnswer answer, IBufferWriter<byte> output) => throw NotForClients();

    public override StreamDecoder CreateDecoder() => new GeminiStreamDecoder();

    public override StreamEncoder CreateEncoder(ChatRequest request) => throw NotForClients();

    // No operation of a client leads here.
    private static NotSupportedException NotForClients() => new("the Gemini dialect is spoken to providers only");
}
