using System.Text;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Translation.OpenAIResponses;

namespace GlobalGateway.EdgeNode.ResponseState;

/// <summary>Turns the provider's ids of one exchange into the client's.</summary>
/// <param name="known">A response whose id the client has; it is told the same again.</param>
public sealed class ResponseIdStamp(ResponseIds ids, string tenant, ResponsePin? known, ResponseOrigin origin)
{
    private string? _own;
    private string _wrapped = "";
    private byte[]? _mark;

    /// <summary>The client's id. One answer repeats its own in several events, so the last is remembered.</summary>
    public string Of(string providersId)
    {
        if (providersId == known?.Origin.ProvidersId)
        {
            return known.Id;
        }

        if (_own != providersId)
        {
            _wrapped = ids.Wrap(origin with { ProvidersId = providersId }, tenant);
            _own = providersId;
        }

        return _wrapped;
    }

    /// <summary>What encrypted reasoning begins with in the client's hands.</summary>
    public byte[] ReasoningMark => _mark ??= MarkOf(origin.Target[..origin.Target.IndexOf('/', StringComparison.Ordinal)]);

    /// <summary>The same for the items that come back to a provider.</summary>
    public static byte[] MarkOf(string provider) => Encoding.UTF8.GetBytes(ForeignSignature.Mark(ResponsesReasoning.MakerOf(provider), ""));

    public byte[] JsonOf(string providersId) => Encoding.UTF8.GetBytes($"\"{Of(providersId)}\"");
}
