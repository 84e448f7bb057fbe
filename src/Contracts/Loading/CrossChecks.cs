using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Loading;

/// <summary>What can only be judged over all resources together.</summary>
/// <param name="unreadable">Names in files that are no YAML; they may exist, so they are not called missing.</param>
internal sealed class CrossChecks(IReadOnlyDictionary<string, LoadedResource> loaded, IReadOnlySet<string> unreadable)
{
    // A misspelt name is compared with every other; in a large fleet with many mistakes only the first get a suggestion.
    private long _comparisonsLeft = LoadLimits.ComparisonsMax;

    private readonly Dictionary<string, SortedSet<string>> _names = loaded.Values
        .GroupBy(item => item.Resource.Kind, StringComparer.Ordinal)
        .ToDictionary(
            group => group.Key,
            group => new SortedSet<string>(group.Select(item => item.Resource.Name), StringComparer.Ordinal),
            StringComparer.Ordinal);

    public void Run()
    {
        var inOrder = loaded.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => entry.Value).ToList();
        var models = Of<Model>(inOrder);
        var aliases = Aliases(models);
        foreach (var item in inOrder)
        {
            References(item, aliases);
        }

        foreach (var (item, model) in models)
        {
            Targets(item, model);
        }

        FallbackCycles.Check(models, "fallbacks", model => model.Fallbacks);
        FallbackCycles.Check(models, "contextFallbacks", model => model.ContextFallbacks);
        FallbackCycles.Check(models, "contentFallbacks", model => model.ContentFallbacks);
        Once(Of<Tenant>(inOrder), "spec.keys[{0}].sha256", tenant => tenant.Keys.Select(key => key.Sha256), "this key");
        Once(Of<Budget>(inOrder), "spec.id", budget => [budget.BudgetId ?? budget.Name], "this budget id");
        Once(Of<Region>(inOrder), "spec.clients[{0}]", region => region.Clients, "this prefix");
        Once(Of<Region>(inOrder), "spec.addresses[{0}]", region => region.Addresses, "this address");
        Once(Of<Route>(inOrder), "spec.match", route => [MatchKey(route.Match)], "this match");
        AppliesTo(Of<Budget>(inOrder), budget => budget.AppliesTo);
        BudgetsPerRequest.Check(Of<Tenant>(inOrder), Of<Budget>(inOrder));
        AppliesTo(Of<RateLimit>(inOrder), limit => limit.AppliesTo);
        AppliesTo(Of<Guardrail>(inOrder), guardrail => guardrail.AppliesTo);
        AppliesTo(Of<CachePolicy>(inOrder), policy => policy.AppliesTo);
    }

    private static List<(LoadedResource Item, T Resource)> Of<T>(IEnumerable<LoadedResource> items)
        where T : Resource => [.. items.Where(item => item.Resource is T).Select(item => (item, (T)item.Resource))];

    private Dictionary<string, LoadedResource> Aliases(List<(LoadedResource Item, Model Resource)> models)
    {
        var aliases = new Dictionary<string, LoadedResource>(StringComparer.Ordinal);
        foreach (var (item, model) in models)
        {
            for (var index = 0; index < model.Aliases.Count; index++)
            {
                var alias = model.Aliases[index];
                if (loaded.TryGetValue($"{nameof(Model)}/{alias}", out var named))
                {
                    item.Context.Add($"spec.aliases[{index}]", $"\"{alias}\" is the name of {named.Resource.Id} ({named.Source})");
                }
                else if (!aliases.TryAdd(alias, item))
                {
                    item.Context.Add($"spec.aliases[{index}]", $"\"{alias}\" is already an alias of {aliases[alias].Resource.Id} ({aliases[alias].Source})");
                }
            }
        }

        return aliases;
    }

    private void References(LoadedResource item, Dictionary<string, LoadedResource> aliases)
    {
        foreach (var reference in item.Context.References)
        {
            if ((reference.Pattern && NamePatterns.IsPattern(reference.Name)) || unreadable.Contains(reference.Name))
            {
                continue;
            }

            var names = _names.GetValueOrDefault(reference.Kind);
            if (names is null || !names.Contains(reference.Name))
            {
                var meant = reference.Kind == nameof(Model) && aliases.TryGetValue(reference.Name, out var model)
                    ? $"; it is an alias of {model.Resource.Id}: write \"{model.Resource.Name}\""
                    : Suggest(reference.Name, names);
                item.Context.Add(reference.At, reference.Path, $"no {reference.Kind} named {Forms.Quote(reference.Name)}{meant}");
            }
            else if (reference.Kind == item.Resource.Kind && reference.Name == item.Resource.Name)
            {
                item.Context.Add(reference.At, reference.Path, "names itself");
            }
        }
    }

    private string Suggest(string name, SortedSet<string>? names)
    {
        if (names is null || (_comparisonsLeft -= names.Count) < 0)
        {
            return "";
        }

        return Suggestion.For(name, names);
    }

    private void Targets(LoadedResource item, Model model)
    {
        for (var index = 0; index < model.Targets.Count; index++)
        {
            if (loaded.TryGetValue($"{nameof(Provider)}/{model.Targets[index].Provider}", out var provider)
                && provider.Resource is Provider { Format: ProviderFormat.Http })
            {
                item.Context.Add($"spec.targets[{index}].provider", $"{provider.Resource.Id} has format http, which serves no models");
            }
        }
    }

    private static void Once<T>(List<(LoadedResource Item, T Resource)> items, string path, Func<T, IEnumerable<string>> keys, string what)
        where T : Resource
    {
        var first = new Dictionary<string, LoadedResource>(StringComparer.Ordinal);
        foreach (var (item, resource) in items)
        {
            var index = 0;
            foreach (var key in keys(resource))
            {
                if (!string.IsNullOrEmpty(key) && !first.TryAdd(key, item))
                {
                    item.Context.Add(
                        path.Replace("{0}", index.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal),
                        $"{what} is already in {first[key].Resource.Id} ({first[key].Source})");
                }

                index++;
            }
        }
    }

    private static string MatchKey(RouteMatch? match) => match?.Path is not { Length: > 0 }
        ? ""
        : string.Join(
            '\n',
            (string?[])[
                match.Path, match.Host, string.Join(',', match.Methods),
                .. match.Headers.Select(header => $"h{header.Name}={header.Value}").Order(StringComparer.Ordinal),
                .. match.Query.Select(query => $"q{query.Name}={query.Value}").Order(StringComparer.Ordinal),
            ]);

    private void AppliesTo<T>(List<(LoadedResource Item, T Resource)> items, Func<T, AppliesTo?> of)
        where T : Resource
    {
        foreach (var (item, resource) in items)
        {
            if (of(resource) is not { Tenant: { } name } applies
                || !loaded.TryGetValue($"{nameof(Tenant)}/{name}", out var found) || found.Resource is not Tenant tenant)
            {
                continue;
            }

            if (applies.Key is { } key && tenant.Keys.All(other => other.Name != key))
            {
                item.Context.Add("spec.appliesTo.key", $"{tenant.Id} has no key named \"{key}\"{Suggestion.For(key, tenant.Keys.Select(other => other.Name).OfType<string>())}");
            }

            if (applies.Team is { } team && tenant.Keys.All(other => other.Team != team))
            {
                item.Context.Add("spec.appliesTo.team", $"no key of {tenant.Id} has the team \"{team}\"{Suggestion.For(team, tenant.Keys.Select(other => other.Team).OfType<string>())}");
            }
        }
    }
}
