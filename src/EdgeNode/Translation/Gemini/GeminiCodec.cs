using System.Buffers;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>Gemini's <c>generateContent</c>; the same for its streams, which the URL asks for.</summary>
public sealed class GeminiCodec : ChatCodec
{
    public override bool HasLogProbs => true;

    public override bool TakesUrl(Part part) => false;

    public override ChatRequest ReadRequest(ReadOnlyMemory<byte> body) => GeminiRequestReader.Read(body);

    public override void WriteRequest(ChatRequest request, ModelEndpoint target, IBufferWriter<byte> output, ICollection<string> dropped) =>
        GeminiRequestWriter.Write(request, target, output, dropped);

    public override ChatAnswer ReadAnswer(ReadOnlyMemory<byte> body) => GeminiAnswers.Read(body);

    public override void WriteAnswer(ChatAnswer answer, ChatRequest request, IBufferWriter<byte> output) => GeminiAnswerWriter.Write(answer, output);

    public override StreamDecoder CreateDecoder() => new GeminiStreamDecoder();

    public override StreamDecoder CreateDecoder(int candidates) => new GeminiStreamDecoder(candidates);

    public override StreamEncoder CreateEncoder(ChatRequest request) => new GeminiStreamEncoder();
}
