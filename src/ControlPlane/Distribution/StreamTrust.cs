using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Hosting;

namespace GlobalGateway.ControlPlane.Distribution;

/// <summary>Knows which documents this fleet's keys have signed: the one this control plane signs with, and those it is changed from or to.</summary>
public sealed class StreamTrust(ControlPlaneOptions options, SigningKey key)
{
    private readonly TrustedKeys? _keys = options.TrustKeys is { } folder ? new TrustedKeys(folder) : null;

    public bool IsOwn(SignedDocument document, string type = SignedType.Pointer) =>
        document.Type == type && document.Fleet == options.Fleet
        && ((document.KeyId == key.Id && document.IsSignedBy(key)) || (_keys is not null && document.WhyNot(_keys, type, options.Fleet, [document.Audience]) is null));
}
