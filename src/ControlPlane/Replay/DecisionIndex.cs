using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Resources;
using Route = GlobalGateway.Contracts.Resources.Route;

namespace GlobalGateway.ControlPlane.Replay;

/// <summary>
/// Decides about recorded requests as an edge would: key, route, model, capabilities, context and budgets. Rate limits are left out: whether
/// they refuse depends on the moment. What a shape does not tell (a query, a host) counts as matching.
/// </summary>
public sealed class DecisionIndex
{
    /// <summary>The name of the key that stands for a token of the tenant's issuer.</summary>
    public const string JwtKey = "jwt";

    private readonly DateTimeOffset _now;
    private readonly Dictionary<string, Tenant> _tenants;
    private readonly Dictionary<string, Model> _models = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Provider> _providers;
    private readonly IReadOnlyList<Route> _routes;
    private readonly IReadOnlyList<Budget> _budgets;
    private readonly IReadOnlyDictionary<string, BudgetSpent> _spent;

    /// <param name="spent">By the budgets' ids.</param>
    public DecisionIndex(ResourceSet resources, IReadOnlyDictionary<string, BudgetSpent> spent, DateTimeOffset now)
    {
        _now = now;
        _spent = spent;
        _tenants = resources.Tenants.ToDictionary(tenant => tenant.Name, StringComparer.Ordinal);
        _providers = resources.Providers.ToDictionary(provider => provider.Name, StringComparer.Ordinal);
        _routes = resources.Routes;
        _budgets = resources.Budgets;
        foreach (var model in resources.Models)
        {
            foreach (var name in model.Aliases.Prepend(model.Name))
            {
                _models.TryAdd(name, model);
            }
        }
    }

    public Decision Decide(RequestShape shape)
    {
        if (!_tenants.TryGetValue(shape.Tenant, out var tenant))
        {
            return new Decision("the tenant is gone");
        }

        if (KeyOf(tenant, shape.Key) is not { } key)
        {
            return new Decision("the key is gone");
        }

        if (key.NotBefore > _now || key.NotAfter <= _now)
        {
            return new Decision(key.NotBefore > _now ? "the key is not valid yet" : "the key has expired");
        }

        if (shape.Route is not null)
        {
            return Route(shape, tenant) ?? Spend(shape, tenant, key, null);
        }

        if (shape.Model is not { } name)
        {
            return Decision.Allow;
        }

        if (!_models.TryGetValue(name, out var model))
        {
            return new Decision($"there is no model {name}");
        }

        return Allows(tenant.Models, model.Name)
            ? Target(shape, model) ?? Spend(shape, tenant, key, model)
            : new Decision($"the tenant may not use model {name}");
    }

    private static ClientKey? KeyOf(Tenant tenant, string name) =>
        tenant.Keys.FirstOrDefault(key => key.Name == name)
        ?? (name == JwtKey && tenant.Jwt is not null ? new ClientKey { Name = JwtKey, Sha256 = "" } : null);

    private static bool Allows(IReadOnlyList<string> patterns, string name) =>
        patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));

    private Decision? Route(RequestShape shape, Tenant tenant)
    {
        var matching = _routes.Where(route => Matches(route.Match, shape)).Select(route => route.Name).ToList();
        if (matching.Count == 0)
        {
            return new Decision($"no route takes {shape.Method} {shape.Path}");
        }

        return matching.Exists(route => Allows(tenant.Routes, route)) ? null : new Decision($"the tenant may not use route {matching[0]}");
    }

    private static bool Matches(RouteMatch match, RequestShape shape)
    {
        var path = shape.Path ?? "";
        var pathMatches = match.Path.EndsWith("/**", StringComparison.Ordinal)
            ? path == match.Path[..^3] || path.StartsWith(match.Path[..^2], StringComparison.Ordinal)
            : path == match.Path;
        return pathMatches
            && (match.Methods.Count == 0 || match.Methods.Contains(shape.Method))
            && match.Headers.All(header => shape.Headers.TryGetValue(header.Name.ToLowerInvariant(), out var hash) && (header.Value is null || hash == HashOf(header.Value)));
    }

    private static string HashOf(string value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)))[..16];

    /// <summary>A fallback may take what the model's own targets do not.</summary>
    private Decision? Target(RequestShape shape, Model model)
    {
        var targets = new[] { model }.Concat(model.Fallbacks.Concat(model.ContextFallbacks).Select(name => _models.GetValueOrDefault(name)).OfType<Model>())
            .SelectMany(candidate => candidate.Targets).Where(target => _providers.ContainsKey(target.Provider)).ToList();
        if (targets.Count == 0)
        {
            return new Decision($"model {model.Name} has no target");
        }

        // A bucket holds from half its bound up: only prompts that are surely too long are called so.
        var tokensMin = shape.TokenBucket > 0 ? 1L << (shape.TokenBucket - 1) : 0;
        if (targets.TrueForAll(target => target.Capabilities.Context > 0 && target.Capabilities.Context < tokensMin))
        {
            return new Decision($"no target of model {model.Name} takes a prompt of {tokensMin:#,0} tokens");
        }

        foreach (var (flag, takes) in Needs)
        {
            if (shape.Flags.Contains(flag) && !targets.Exists(target => takes(target.Capabilities)))
            {
                return new Decision($"no target of model {model.Name} takes {flag}");
            }
        }

        return null;
    }

    private static readonly (string Flag, Func<Capabilities, bool> Takes)[] Needs =
    [
        ("tools", can => can.Tools),
        ("images", can => can.Images),
        ("schema", can => can.Schema != SchemaSupport.None),
    ];

    private Decision Spend(RequestShape shape, Tenant tenant, ClientKey key, Model? model)
    {
        foreach (var budget in _budgets)
        {
            if (!BudgetScope.Governs(budget, tenant, key) || (budget.AppliesTo.Models.Count > 0 && !budget.AppliesTo.Models.Contains(model?.Name ?? "")))
            {
                continue;
            }

            if (_spent.TryGetValue(budget.BudgetId ?? budget.Name, out var spent)
                && (budget.Limit.Spend?.Value <= spent.NanoDollars || budget.Limit.Tokens <= spent.Tokens || budget.Limit.Requests <= spent.Requests))
            {
                return new Decision($"budget {budget.Name} is spent", Estimated: true);
            }
        }

        return Decision.Allow;
    }
}
