using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Hosting;

namespace GlobalGateway.ControlPlane.Distribution;

/// <summary>Knows which pointers this control plane's own key has signed.</summary>
public sealed class StreamTrust(ControlPlaneOptions options, SigningKey key)
{
    public bool IsOwn(SignedDocument pointer) =>
        pointer.Type == SignedType.Pointer && pointer.Fleet == options.Fleet && pointer.KeyId == key.Id && pointer.IsSignedBy(key);
}
