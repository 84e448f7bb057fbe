using System.Text;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>Signatures of other providers on their way through a Gemini client, whose field takes base64 only.</summary>
internal static class GeminiSignatures
{
    public static string Write(string signature, string provider) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(ForeignSignature.Mark(provider, signature)));

    public static (string Provider, string? Signature) Read(string? carried)
    {
        var bytes = new byte[(carried?.Length ?? 0) + 3];
        return carried is not null && Convert.TryFromBase64String(carried, bytes, out var length)
            && ForeignSignature.Read(Encoding.UTF8.GetString(bytes, 0, length), GeminiWords.Provider) is { Provider: not GeminiWords.Provider } foreign
                ? foreign
                : (GeminiWords.Provider, string.IsNullOrEmpty(carried) ? null : carried);
    }
}
