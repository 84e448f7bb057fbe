using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Loading;

/// <summary>Finds models that fall back to each other: no request could leave such a circle.</summary>
internal static class FallbackCycles
{
    public static void Check(List<(LoadedResource Item, Model Resource)> models, string field, Func<Model, IReadOnlyList<string>> next)
    {
        var byName = models.ToDictionary(entry => entry.Resource.Name, StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in byName.Keys.Order(StringComparer.Ordinal))
        {
            // Depth first without recursion: a chain may be as long as there are models.
            var path = new List<(string Name, int Next)> { (start, 0) };
            var open = new HashSet<string>(StringComparer.Ordinal) { start };
            while (path.Count > 0)
            {
                var (name, index) = path[^1];
                var (item, model) = byName[name];
                if (done.Contains(name) || index == next(model).Count)
                {
                    done.Add(name);
                    open.Remove(name);
                    path.RemoveAt(path.Count - 1);
                    continue;
                }

                path[^1] = (name, index + 1);
                var target = next(model)[index];
                if (open.Contains(target) && target != name)
                {
                    var circle = path.Select(step => step.Name).SkipWhile(step => step != target).Append(target);
                    item.Context.Add($"spec.{field}[{index}]", $"is a circle: {string.Join(" → ", circle)}");
                }
                else if (target != name && byName.ContainsKey(target) && !done.Contains(target))
                {
                    open.Add(target);
                    path.Add((target, 0));
                }
            }
        }
    }
}
