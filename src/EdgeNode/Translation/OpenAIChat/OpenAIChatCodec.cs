using System.Buffers;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.OpenAIChat;

/// <summary>OpenAI's chat completions API, Azure's included.</summary>
public sealed class OpenAIChatCodec : ChatCodec
{
    public override bool HasLogProbs => true;

    public override bool TakesUrl(Part part) => part is not FilePart;

    public override ChatRequest ReadRequest(ReadOnlyMemory<byte> body) => ChatRequestReader.Read(body);

    public override void WriteRequest(ChatRequest request, ModelEndpoint target, IBufferWriter<byte> output, ICollection<string> dropped) =>
        ChatRequestWriter.Write(request, target, output, dropped);

    public override ChatAnswer ReadAnswer(ReadOnlyMemory<byte> body) => ChatAnswers.Read(body);

    public override void WriteAnswer(ChatAnswer answer, ChatRequest request, IBufferWriter<byte> output) => ChatAnswers.Write(answer, output);

    public override StreamDecoder CreateDecoder() => new ChatStreamDecoder();

    public override StreamEncoder CreateEncoder(ChatRequest request) => new ChatStreamEncoder(request.WantsUsage);
}
