using System.Buffers.Text;
using System.Text;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>
/// Ids of tool calls, which Gemini mostly has none of: unique per answer, and with the call's thought signature inside,
/// so that it survives a client that keeps only standard fields.
/// </summary>
internal static class GeminiCallIds
{
    private const string Mark = "_gts_";

    public static string Make(string? given, string answer, int index, string? signature)
    {
        var id = given is { Length: > 0 } ? given : $"call_{answer}_{index}";
        return signature is { Length: > 0 } ? $"{id}{Mark}{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(signature))}" : id;
    }

    /// <summary>The signature that <see cref="Make"/> put in; nothing for ids of anyone else.</summary>
    public static string? SignatureOf(string id)
    {
        var mark = id.LastIndexOf(Mark, StringComparison.Ordinal);
        if (mark < 0)
        {
            return null;
        }

        try
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(id.AsSpan(mark + Mark.Length)));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The id as other providers get it, some of which bound its length.</summary>
    public static string WithoutSignature(string id) =>
        SignatureOf(id) is null ? id : id[..id.LastIndexOf(Mark, StringComparison.Ordinal)];

    /// <summary>Letters and digits of the answer's own id, or drawn ones: every API takes them in a call's id.</summary>
    public static string AnswerKey(string? responseId)
    {
        var key = string.Concat((responseId ?? "").Where(char.IsAsciiLetterOrDigit).TakeLast(16));
        return key.Length >= 8 ? key : Guid.NewGuid().ToString("N")[..16];
    }
}
