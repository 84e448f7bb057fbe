using System.Text;

namespace GlobalGateway.EdgeNode.ResponseState;

/// <summary>Turns the provider's ids of one exchange into the client's.</summary>
/// <param name="known">A response whose id the client has; it is told the same again.</param>
public sealed class ResponseIdStamp(ResponseIds ids, string tenant, ResponsePin? known, ResponseOrigin origin)
{
    private string? _own;
    private string _wrapped = "";

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

    public byte[] JsonOf(string providersId) => Encoding.UTF8.GetBytes($"\"{Of(providersId)}\"");
}
