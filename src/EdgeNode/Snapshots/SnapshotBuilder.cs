using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Jwt;
using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.EdgeNode.Routes;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Signals;
using GlobalGateway.EdgeNode.Tenancy;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Upstreams;
using Yarp.ReverseProxy.Forwarder;

namespace GlobalGateway.EdgeNode.Snapshots;

/// <summary>Compiles resources into a snapshot: resolves references, builds indices, joins what the edge already runs.</summary>
public sealed class SnapshotBuilder(EdgeOptions options, TimeProvider clock)
{
    private readonly FrozenSet<string> _credentialHosts = options.CredentialHosts.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <param name="before">What serves until now.</param>
    /// <returns>Nothing when the resources cannot serve; every reason goes to <paramref name="errors"/>.</returns>
    public GatewaySnapshot? Build(BundleIdentity bundle, ResourceSet resources, GatewaySnapshot? before, RuntimeRegistry.Draft runtime, List<string> errors)
    {
        var providers = new Dictionary<string, ProviderRuntime>(StringComparer.Ordinal);
        foreach (var provider in resources.Providers)
        {
            if (Try(provider, errors, () => BuildProvider(provider, runtime)) is { } built)
            {
                providers.Add(provider.Name, built);
            }
        }

        var models = new Dictionary<string, CompiledModel>(StringComparer.Ordinal);
        foreach (var model in resources.Models)
        {
            if (Try(model, errors, () => BuildModel(model, providers, runtime, errors)) is not { } compiled)
            {
                continue;
            }

            foreach (var name in model.Aliases.Prepend(model.Name))
            {
                if (!models.TryAdd(name, compiled))
                {
                    errors.Add($"{model.Id}: the name \"{name}\" is taken by {models[name].Resource.Id}");
                }
            }
        }

        foreach (var guardrail in resources.Guardrails)
        {
            foreach (var text in guardrail.Deny)
            {
                // Kept while it is asked for: what was fast enough once is not tried again.
                if (runtime.Keep(text, () => new TriedPattern(text)).Problem is { } problem)
                {
                    errors.Add($"{guardrail.Id}: an expression {problem}");
                }
            }
        }

        var routes = resources.Routes.Select(r => Try(r, errors, () => BuildRoute(r, runtime))).OfType<CompiledRoute>().OrderByDescending(r => r.Matcher.Specificity).ToArray();
        var budgets = resources.Budgets.Select(b => Try(b, errors, () => CompiledBudget.Create(b))).OfType<CompiledBudget>().ToArray();
        var builder = new ClientBuilder(resources, budgets, before);
        var clients = builder.Build(errors);
        if (errors.Count > 0)
        {
            return null;
        }

        return new GatewaySnapshot
        {
            Bundle = bundle,
            Signals = new BundleSignals([.. resources.Tenants.Select(tenant => tenant.Name)], before?.Keys),
            Resources = resources,
            Keys = new KeyIndex(clients, new JwtIndex(builder.Tokens)),
            Models = models.ToFrozenDictionary(StringComparer.Ordinal),
            Routes = routes,
            MatchedHeaders = [.. resources.Routes.SelectMany(route => route.Match.Headers).Select(header => header.Name).Distinct(StringComparer.OrdinalIgnoreCase)],
            Providers = [.. providers.Values],
            Budgets = budgets,
            CompiledAt = clock.GetUtcNow(),
            IsDeadly = options.DieOnMark is { } mark && resources.All().Any(resource => resource.Labels.TryGetValue(EdgeOptions.MarkLabel, out var label) && label == mark),
        };
    }

    /// <summary>A bundle is not trusted to hold only what the compiler of this version lets through: what a resource trips over is its error.</summary>
    private static T? Try<T>(Resource resource, List<string> errors, Func<T> build)
        where T : class
    {
        try
        {
            return build();
        }
        catch (Exception problem)
        {
            errors.Add($"{resource.Id}: it cannot be built ({problem.GetType().Name}: {problem.Message})");
            return null;
        }
    }

    private ProviderRuntime BuildProvider(Provider provider, RuntimeRegistry.Draft runtime) => new()
    {
        Resource = provider,
        Credentials = [.. provider.Credentials.Select(c => runtime.Keep($"{provider.Name}/{c}", () => new UpstreamCredential(c, options.SecretsRoot, clock)))],
        Bulkhead = runtime.Keep($"{provider.Name}/{provider.Bulkhead}", () => new ProviderBulkhead(provider.Bulkhead)),
        RetryBudget = runtime.Keep($"{provider.Name}/{provider.Retry.Budget.ToString(CultureInfo.InvariantCulture)}", () => new RetryBudget(provider.Retry.Budget)),
        Connections = runtime.Keep($"{provider.Name}/{provider.Timeouts.Connect}", () => new UpstreamConnections(provider.Timeouts.Connect, options.ConnectTo)),
        CredentialHosts = _credentialHosts,
    };

    private CompiledModel BuildModel(Model model, Dictionary<string, ProviderRuntime> providers, RuntimeRegistry.Draft runtime, List<string> errors)
    {
        var near = new List<ModelEndpoint>();
        var far = new List<ModelEndpoint>();
        foreach (var target in model.Targets)
        {
            if (!providers.TryGetValue(target.Provider, out var provider))
            {
                errors.Add($"{model.Id}: there is no Provider named \"{target.Provider}\"");
                continue;
            }

            var endpoints = provider.Resource.Endpoints;
            var hasNear = endpoints.Any(e => IsNear(e.Region));
            foreach (var endpoint in endpoints)
            {
                (IsNear(endpoint.Region) || !hasNear ? near : far).Add(BuildEndpoint(target, provider, endpoint, runtime));
            }
        }

        return new CompiledModel
        {
            Resource = model,
            Near = [.. near],
            Far = [.. far],
            HedgeBudget = runtime.Keep($"hedge/{model.Name}/{model.Hedging?.Max}", () => new RetryBudget(model.Hedging?.Max ?? 0, saved: 0)),
            Strategy = runtime.Keep(
                $"{model.Name}/{model.Strategy}/{string.Join(',', near.Select(t => t.Id))}",
                () => TargetStrategy.Create(model.Strategy, Random.Shared.NextDouble)),
        };
    }

    private ModelEndpoint BuildEndpoint(ModelTarget target, ProviderRuntime provider, ProviderEndpoint endpoint, RuntimeRegistry.Draft runtime)
    {
        var id = $"{provider.Name}/{endpoint.Name}/{target.Model}";
        var breaker = provider.Resource.CircuitBreaker;
        return new ModelEndpoint
        {
            Id = id,
            Provider = provider,
            Endpoint = endpoint,
            UpstreamModel = target.Model,
            // Where a Gemini request names its model, it does so by its resource.
            UpstreamModelJson = JsonSerializer.SerializeToUtf8Bytes(provider.Resource.Format == ProviderFormat.Gemini ? $"models/{target.Model}" : target.Model, UpstreamJson.Default.String),
            Weight = (int)Math.Min(int.MaxValue, (long)target.Weight * endpoint.Weight),
            Priority = target.Priority,
            Prices = target.Prices,
            Capabilities = target.Capabilities,
            Timeouts = target.Timeouts?.Over(provider.Resource.Timeouts) ?? provider.Resource.Timeouts,
            State = runtime.Keep(id, () => new TargetState(clock)),
            Breakers = [.. (provider.Credentials.Length == 0 ? ["none"] : provider.Credentials.Select(c => c.Name))
                .Select(c => runtime.Keep($"{id}/{c}/{breaker}", () => new TargetBreaker($"{id}/{c}", breaker, clock)))],
            Urls = UpstreamUrls.Create(provider.Resource.Format, endpoint, target.Model, target.Capabilities),
            Translator = ChatCodecs.ForProvider(provider.Resource, target.Capabilities),
        };
    }

    private CompiledRoute BuildRoute(Route route, RuntimeRegistry.Draft runtime)
    {
        var targets = route.Service.Endpoints.Select(e => (Resource: e, Target: BuildService(route, e, runtime))).ToArray();
        var hasNear = targets.Any(t => IsNear(t.Resource.Region));
        return new CompiledRoute
        {
            Resource = route,
            Matcher = new RouteMatcher(route.Match),
            Near = [.. targets.Where(t => !hasNear || IsNear(t.Resource.Region)).Select(t => t.Target)],
            Far = [.. targets.Where(t => hasNear && !IsNear(t.Resource.Region)).Select(t => t.Target)],
            Strategy = runtime.Keep(
                $"route/{route.Name}/{route.Service.Strategy}/{string.Join(',', targets.Select(t => t.Target.Id))}",
                () => TargetStrategy.Create(route.Service.Strategy, Random.Shared.NextDouble)),
            Bulkhead = runtime.Keep($"route/{route.Name}/{route.Bulkhead}", () => new ProviderBulkhead(route.Bulkhead)),
            Invoker = runtime.Keep($"route/{route.Name}/{route.Timeouts.Connect}", () => new UpstreamConnections(route.Timeouts.Connect, options.ConnectTo)).Pooled,
            Transformer = new RouteTransformer(
                route.Transforms,
                [.. route.Service.Credentials
                    .Where(_ => route.Service.Endpoints.All(e => _credentialHosts.Contains(new Uri(e.Url).Host)))
                    .Select(c => runtime.Keep($"route/{route.Name}/{c}", () => new UpstreamCredential(c, options.SecretsRoot, clock)))]),
            RequestConfig = new ForwarderRequestConfig
            {
                ActivityTimeout = route.Timeouts.Total > TimeSpan.Zero ? route.Timeouts.Total : TimeSpan.FromDays(1),
            },
        };
    }

    private ServiceTarget BuildService(Route route, ServiceEndpoint endpoint, RuntimeRegistry.Draft runtime)
    {
        var uri = new Uri(endpoint.Url);
        var id = $"{route.Name}/{uri.Authority}{uri.AbsolutePath.TrimEnd('/')}";
        return new ServiceTarget
        {
            Id = $"{route.Name}/{route.Service.Endpoints.ToList().IndexOf(endpoint)}",
            Url = endpoint.Url,
            Weight = endpoint.Weight,
            Priority = endpoint.Priority,
            State = runtime.Keep($"route/{id}", () => new TargetState(clock)),
            Breaker = runtime.Keep($"route/{id}/{route.CircuitBreaker}", () => new TargetBreaker(id, route.CircuitBreaker, clock)),
        };
    }

    private bool IsNear(string? region) => region is null || region == options.Region;
}
