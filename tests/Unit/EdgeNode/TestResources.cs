using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Values;

namespace GlobalGateway.Unit.EdgeNode;

/// <summary>Small configurations: one provider per upstream, one model <c>fast</c> over all of them in order.</summary>
public static class TestResources
{
    public static ResourceSet For(params ScriptedUpstream[] upstreams) => For(ProviderFormat.OpenAI, upstreams);

    public static ResourceSet For(ProviderFormat format, params ScriptedUpstream[] upstreams) => new()
    {
        Providers = [.. upstreams.Select((u, i) => Provider($"p{i + 1}", format == ProviderFormat.OpenAI ? $"{u.Url}/v1" : u.Url, format))],
        Models =
        [
            new Model
            {
                Name = "fast",
                Aliases = ["gpt-4o-mini"],
                Strategy = Strategy.Priority,
                Targets = [.. upstreams.Select((_, i) => Target($"p{i + 1}", i))],
            },
            new Model { Name = "secret", Targets = [Target("p1", 0)] },
        ],
        Tenants = [Tenant("acme", EdgeHost.Key)],
    };

    /// <summary>The same with all targets declaring these capabilities.</summary>
    public static ResourceSet With(ResourceSet resources, Capabilities capabilities) => resources with
    {
        Models = [.. resources.Models.Select(m => m with { Targets = [.. m.Targets.Select(t => t with { Capabilities = capabilities })] })],
    };

    public static Provider Provider(string name, string url, ProviderFormat format = ProviderFormat.OpenAI) => new()
    {
        Name = name,
        Format = format,
        Endpoints = [new ProviderEndpoint { Name = "main", Url = url }],
        Timeouts = new Timeouts { Connect = TimeSpan.FromSeconds(30), FirstToken = TimeSpan.FromSeconds(30), InterToken = TimeSpan.FromSeconds(30) },
        Retry = new Retry { AttemptsPerTarget = 1 },
    };

    public static ModelTarget Target(string provider, int priority) => new()
    {
        Provider = provider,
        Model = "up-model",
        Priority = priority,
        Prices = new Prices { Input = new NanoDollars(150_000_000), Output = new NanoDollars(600_000_000) },
    };

    public static Tenant Tenant(string name, string key) => new()
    {
        Name = name,
        Models = ["fast"],
        Keys = [new ClientKey { Name = "ci", Sha256 = EdgeHost.Sha256(key) }],
    };
}
