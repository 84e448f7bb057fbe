using GlobalGateway.EdgeNode.Translation.AnthropicMessages;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.OpenAIResponses;

/// <summary>
/// Reasoning on its way through <c>encrypted_content</c>: other providers' signatures towards a client of the responses API,
/// and encrypted items of the responses API towards clients of other dialects, each marked with who made it.
/// </summary>
internal static class ResponsesReasoning
{
    // No base64 text holds a colon, so neither mark can be part of a signature.
    private const string RedactedMark = "redacted:";
    private const char IdEnd = ':';

    /// <summary>Encrypted items are known again only by the account that made them: a provider's resource stands for it.</summary>
    public static string MakerOf(string provider) => $"responses-{provider}";

    /// <summary>What a client of the responses API keeps for the next turn; nothing where there is nothing to keep.</summary>
    public static string? Encrypt(ReasoningPart part) =>
        part.Redacted is { Length: > 0 } redacted ? ForeignSignature.Mark(part.Provider ?? MessagesWords.Provider, RedactedMark + redacted)
        : part.Signature is { Length: > 0 } signature ? Encrypt(signature)
        : null;

    /// <summary>The same for a signature of a stream, where unmarked ones are Anthropic's.</summary>
    public static string Encrypt(string signature)
    {
        var (provider, own) = ForeignSignature.Read(signature, MessagesWords.Provider);
        return ForeignSignature.Mark(provider, own ?? "");
    }

    /// <summary>What a client sent back; reasoning without a maker goes to nobody.</summary>
    public static ReasoningPart Decrypt(string text, string? encrypted)
    {
        var (provider, signature) = ForeignSignature.Read(encrypted, "");
        if (provider.Length == 0)
        {
            return new ReasoningPart(text, null, null, null);
        }

        return signature is not null && signature.StartsWith(RedactedMark, StringComparison.Ordinal)
            ? new ReasoningPart("", null, signature[RedactedMark.Length..], provider)
            : new ReasoningPart(text, signature, null, provider);
    }

    /// <summary>An encrypted item of the responses API as other dialects carry it: with its id, which goes back with it.</summary>
    public static string Sign(string maker, string id, string encrypted) => ForeignSignature.Mark(maker, $"{id}{IdEnd}{encrypted}");

    /// <summary>The item's id and content; nothing unless <paramref name="maker"/> made it.</summary>
    public static (string Id, string Encrypted)? ItemOf(ReasoningPart part, string maker)
    {
        if (part.Signature is not { } carried)
        {
            return null;
        }

        var (provider, signature) = ForeignSignature.Read(carried, part.Provider ?? "");
        var end = signature?.IndexOf(IdEnd, StringComparison.Ordinal) ?? -1;
        return provider == maker && end > 0 ? (signature![..end], signature[(end + 1)..]) : null;
    }
}
