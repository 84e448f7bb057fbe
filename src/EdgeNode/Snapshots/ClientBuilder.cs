using System.Collections.Frozen;
using System.Security.Cryptography;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Jwt;
using GlobalGateway.EdgeNode.Limits;
using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.EdgeNode.Tenancy;
using GlobalGateway.Replication.RateLimits;

namespace GlobalGateway.EdgeNode.Snapshots;

/// <summary>Resolves each client key to what it may use and which limits and budgets hold for it.</summary>
/// <param name="before">What serves until now: what did not change since is taken over, so that a change of one tenant among many thousands costs little.</param>
public sealed class ClientBuilder(ResourceSet resources, CompiledBudget[] budgets, GatewaySnapshot? before = null)
{
    private readonly NameSets _models = new(resources.Models);
    private readonly NameSets _routes = new(resources.Routes);
    private readonly KnownClients? _known = before is null ? null : new KnownClients(before, resources);

    // With many tenants most budgets are one tenant's.
    private readonly ILookup<string, CompiledBudget> _budgets = budgets.ToLookup(b => b.Resource.AppliesTo.Tenant ?? "", StringComparer.Ordinal);

    // As are most limits.
    private readonly ILookup<string, RateLimit> _limits = resources.RateLimits.ToLookup(limit => limit.AppliesTo.Tenant ?? "", StringComparer.Ordinal);

    private readonly Dictionary<string, Tenant> _issuers = new(StringComparer.Ordinal);

    /// <summary>What the key of a client with a token is called.</summary>
    public const string TokenKey = "jwt";

    /// <summary>Tenants by the tokens that are theirs; filled by <see cref="Build"/>.</summary>
    public List<JwtTenant> Tokens { get; } = [];

    public List<ClientIdentity> Build(List<string> errors)
    {
        var clients = new List<ClientIdentity>();
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var number = 0; number < resources.Tenants.Count; number++)
        {
            var (at, tenant) = (number, resources.Tenants[number]);
            var known = _known?.Of(tenant) ?? [];
            var models = _known is { SameModels: true } && known.Length > 0 ? known[0].Models : _models.Of(tenant.Models);
            var routes = _known is { SameRoutes: true } && known.Length > 0 ? known[0].Routes : _routes.Of(tenant.Routes);
            foreach (var key in tenant.Keys)
            {
                if (!BundleFormat.IsDigest(key.Sha256))
                {
                    errors.Add($"{tenant.Id}: the key \"{key.Name}\" has no SHA-256");
                    continue;
                }

                if (!seen.TryAdd(key.Sha256, tenant.Id))
                {
                    errors.Add($"{tenant.Id}: the key \"{key.Name}\" is also a key of {seen[key.Sha256]}");
                    continue;
                }

                clients.Add(Kept(key) ?? Identity(key, Convert.FromHexString(key.Sha256)));
            }

            if (tenant.Jwt is { } jwt)
            {
                if (!_issuers.TryAdd(jwt.Issuer, tenant) && _issuers[jwt.Issuer].Jwt!.JwksUrl != jwt.JwksUrl)
                {
                    errors.Add($"{tenant.Id}: its issuer's keys are elsewhere than {_issuers[jwt.Issuer].Id} says");
                }

                var identity = Identity(new ClientKey { Name = TokenKey, Sha256 = "" }, new byte[SHA256.HashSizeInBytes]);
                Tokens.Add(new JwtTenant(jwt.Issuer, jwt.JwksUrl, jwt.Audience, jwt.Claim, jwt.Value, identity));
            }

            // All of it, where neither the tenant nor anything it names has changed; budgets are compiled anew each time.
            ClientIdentity? Kept(ClientKey key) => Array.Find(known, client => ReferenceEquals(client.Key, key)) is { } client
                && client.TenantNumber == at && ReferenceEquals(client.Models, models) && ReferenceEquals(client.Routes, routes)
                && client.Budgets.Length == 0 && !_budgets[""].Concat(_budgets[tenant.Name]).Any() && _known!.SameLimits(tenant, _limits)
                    ? client
                    : null;

            ClientIdentity Identity(ClientKey named, byte[] hash)
            {
                var limits = LimitsOf(tenant, named);
                return new ClientIdentity
                {
                    Tenant = tenant,
                    TenantNumber = at,
                    Key = named,
                    Hash = hash,
                    Models = models,
                    Routes = routes,
                    Limits = [.. limits.Where(l => !l.CountsTokens && l.Models.Count == 0)],
                    Budgets = BudgetsOf(tenant, named, errors),
                    BodyLimits = [.. limits.Where(l => l.CountsTokens || l.Models.Count > 0)],
                };
            }
        }

        return clients;
    }

    private CompiledBudget[] BudgetsOf(Tenant tenant, ClientKey key, List<string> errors)
    {
        var ofKey = _budgets[""].Concat(_budgets[tenant.Name]).Where(b => BudgetScope.Governs(b.Resource, tenant, key)).ToArray();
        if (BudgetScope.TooMany(Array.ConvertAll(ofKey, b => b.Resource)) is { } problem)
        {
            errors.Add($"{tenant.Id}: key \"{key.Name}\": {problem}");
        }

        return ofKey;
    }

    private List<CompiledLimit> LimitsOf(Tenant tenant, ClientKey key)
    {
        var limits = new List<CompiledLimit>();
        foreach (var limit in _limits[""].Concat(_limits[tenant.Name]))
        {
            var to = limit.AppliesTo;
            if (to.Team is not null && to.Team != key.Team || to.Key is not null && to.Key != key.Name)
            {
                continue;
            }

            Add(limit, limit.Requests, countsTokens: false);
            Add(limit, limit.Tokens, countsTokens: true);
        }

        return limits;

        void Add(RateLimit limit, Rate? rate, bool countsTokens)
        {
            if (rate is null)
            {
                return;
            }

            // A global limit is split into equal parts, which hold even while regions cannot talk; they lend each other what they do not need.
            var regions = limit.Scope == RateScope.Global ? Math.Max(1, resources.Regions.Count) : 1;
            limits.Add(new CompiledLimit
            {
                Name = limit.Name,
                Key = $"{limit.Name}:{(countsTokens ? "tokens" : "requests")}:{tenant.Name}{(limit.AppliesTo.Team is { } team ? $":{team}" : "")}{(limit.AppliesTo.Key is { } name ? $":{name}" : "")}",
                CountsTokens = countsTokens,
                IsGlobal = regions > 1,
                Rate = new Gcra((double)rate.Per.Ticks * regions / rate.Limit, Math.Max(1, (rate.Burst ?? rate.Limit) / regions)),
                Limit = Math.Max(1, rate.Limit / regions),
                Models = limit.AppliesTo.Models.ToFrozenSet(StringComparer.Ordinal),
            });
        }
    }
}
