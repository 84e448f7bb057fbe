using System.Buffers;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.AnthropicMessages;

/// <summary>Anthropic's messages API.</summary>
public sealed class AnthropicCodec : ChatCodec
{
    public override ChatRequest ReadRequest(ReadOnlyMemory<byte> body) => MessagesRequestReader.Read(body);

    public override void WriteRequest(ChatRequest request, ModelEndpoint target, IBufferWriter<byte> output, ICollection<string> dropped) =>
        MessagesRequestWriter.Write(request, target, output, dropped);

    public override ChatAnswer ReadAnswer(ReadOnlyMemory<byte> body) => MessagesAnswers.Read(body);

    public override void WriteAnswer(ChatAnswer answer, ChatRequest request, IBufferWriter<byte> output) => MessagesAnswers.Write(answer, output);

    public override StreamDecoder CreateDecoder() => new MessagesStreamDecoder();

    public override StreamEncoder CreateEncoder(ChatRequest request) => new MessagesStreamEncoder();
}
