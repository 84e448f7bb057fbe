using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>Ids of tool calls as each provider takes them. What does not fit becomes a digest, the same for the call and its result.</summary>
internal static class CallIds
{
    /// <summary>OpenAI refuses longer ones.</summary>
    private const int OpenAILengthMax = 40;

    private const int DigestBytes = 24;

    public static string ForOpenAI(string id) => id.Length <= OpenAILengthMax ? id : Digest("call_", id);

    /// <summary>Anthropic takes letters, digits, <c>_</c> and <c>-</c>.</summary>
    public static string ForAnthropic(string id) =>
        id.Length > 0 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? id : Digest("toolu_", id);

    private static string Digest(string prefix, string id) =>
        prefix + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, DigestBytes));
}
