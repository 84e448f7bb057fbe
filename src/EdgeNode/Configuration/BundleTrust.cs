using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.EdgeNode.Hosting;

namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>Decides by signature whether a document is for this edge.</summary>
public sealed class BundleTrust(EdgeOptions options)
{
    private readonly TrustedKeys? _keys = options.TrustKeys is { } folder ? new TrustedKeys(folder) : null;

    /// <summary>Ids of the keys that the installer placed.</summary>
    public IReadOnlyList<string> Keys => _keys?.Ids() ?? [];

    public string? WhyNot(SignedDocument document, string type) => _keys is null
        ? "edge.trustKeys is not set"
        : document.WhyNot(_keys, type, options.Fleet, Cohort.Of(options.Region, options.Name));
}
