using System.Buffers;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.OpenAIResponses;

/// <summary>OpenAI's responses API, Azure's included.</summary>
/// <param name="maker">Whose encrypted reasoning this codec reads and writes, as <see cref="ResponsesReasoning.MakerOf"/> names it; empty towards clients.</param>
public sealed class ResponsesCodec(string maker) : ChatCodec
{
    public override bool HasStop => false;

    public override bool KeepsReasoning => true;

    public override bool HasLogProbs => true;

    public override ChatRequest ReadRequest(ReadOnlyMemory<byte> body) => ResponsesRequestReader.Read(body);

    public override void WriteRequest(ChatRequest request, ModelEndpoint target, IBufferWriter<byte> output, ICollection<string> dropped) =>
        ResponsesRequestWriter.Write(request, target, maker, output, dropped);

    public override ChatAnswer ReadAnswer(ReadOnlyMemory<byte> body) => ResponsesAnswerReader.Read(body, maker);

    public override void WriteAnswer(ChatAnswer answer, ChatRequest request, IBufferWriter<byte> output) => ResponseObject.Write(answer, request, output);

    public override StreamDecoder CreateDecoder() => new ResponsesStreamDecoder(maker);

    public override StreamEncoder CreateEncoder(ChatRequest request) => new ResponsesStreamEncoder(request);
}
