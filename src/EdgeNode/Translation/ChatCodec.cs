using System.Buffers;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>One dialect of chat-like APIs, towards clients and towards providers. Stateless: streams have their own state.</summary>
public abstract class ChatCodec
{
    /// <summary>Clients of the dialect send the thinking of a tool loop back, whoever made it, so the ids of calls need not carry it.</summary>
    public virtual bool KeepsReasoning => false;

    /// <summary>Answers of the dialect can hold the probabilities of tokens.</summary>
    public virtual bool HasLogProbs => false;

    /// <summary>Requests of the dialect have stop sequences; without, the gateway ends the answer there.</summary>
    public virtual bool HasStop => true;

    /// <summary>Whether providers of the dialect fetch such a picture or document themselves.</summary>
    public virtual bool TakesUrl(Part part) => true;

    /// <summary>Reads a client's request.</summary>
    /// <exception cref="TranslationException">A field is not of the dialect, or no other dialect can say it.</exception>
    public abstract ChatRequest ReadRequest(ReadOnlyMemory<byte> body);

    /// <summary>Writes a provider's request for one target, within what the target declares it takes.</summary>
    /// <param name="dropped">Gets the name of each hint that is left out.</param>
    /// <exception cref="TranslationException">The target cannot take something that changes the answer.</exception>
    public abstract void WriteRequest(ChatRequest request, ModelEndpoint target, IBufferWriter<byte> output, ICollection<string> dropped);

    /// <summary>Reads a provider's whole answer.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is not one.</exception>
    public abstract ChatAnswer ReadAnswer(ReadOnlyMemory<byte> body);

    /// <summary>Writes a whole answer for a client; some dialects repeat what was asked in it.</summary>
    public abstract void WriteAnswer(ChatAnswer answer, ChatRequest request, IBufferWriter<byte> output);

    /// <summary>Reads the events of one provider's stream.</summary>
    public abstract StreamDecoder CreateDecoder();

    /// <summary>The same for so many answers at once.</summary>
    public virtual StreamDecoder CreateDecoder(int candidates) => CreateDecoder();

    /// <summary>Writes the events of one client's stream.</summary>
    public abstract StreamEncoder CreateEncoder(ChatRequest request);
}
