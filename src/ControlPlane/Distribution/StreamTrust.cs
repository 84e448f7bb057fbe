using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Hosting;

namespace GlobalGateway.ControlPlane.Distribution;

/// <summary>Knows which documents this control plane's own key has signed.</summary>
public sealed class StreamTrust(ControlPlaneOptions options, SigningKey key)
{
    public bool IsOwn(SignedDocument document, string type = SignedType.Pointer) =>
        document.Type == type && document.Fleet == options.Fleet && document.KeyId == key.Id && document.IsSignedBy(key);
}
