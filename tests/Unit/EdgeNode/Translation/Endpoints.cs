using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Upstreams;

namespace GlobalGateway.Unit.EdgeNode.Translation;

/// <summary>Targets that exist only to be written for.</summary>
internal static class Endpoints
{
    public static ModelEndpoint Of(ProviderFormat format, Capabilities capabilities)
    {
        var provider = TestResources.Provider("p", "http://127.0.0.1", format);
        return new ModelEndpoint
        {
            Id = "t",
            Weight = 1,
            Priority = 0,
            State = new TargetState(TimeProvider.System),
            Provider = null!,
            Endpoint = provider.Endpoints[0],
            UpstreamModel = "m",
            UpstreamModelJson = [],
            Prices = new Prices(),
            Capabilities = capabilities,
            Timeouts = new Timeouts(),
            Breakers = [],
            Urls = UpstreamUrls.Create(format, provider.Endpoints[0], "m", capabilities),
        };
    }
}
