using GlobalGateway.ProviderSimulator.Composition;

namespace GlobalGateway.ProviderSimulator.Latency;

/// <summary>The pace of one answer, drawn: when its first token comes and how far tokens are apart.</summary>
internal readonly record struct Pace(double FirstTokenMs, double IntervalMs, double Jitter, bool FlushEach, ulong Seed)
{
    public bool IsImmediate => FirstTokenMs <= 0 && IntervalMs <= 0;
}

/// <summary>The latency rules in force; the most specific match decides.</summary>
internal sealed class LatencyBook
{
    public const int RulesMax = 200;

    private sealed class Entry(LatencyRule rule)
    {
        public LatencyRule Rule => rule;
        public ulong State = rule.Seed;
    }

    private readonly Lock _gate = new();
    private volatile Entry[] _entries = [];

    public LatencyBook(LatencyRule? initial)
    {
        if (initial is not null)
        {
            Put(initial);
        }
    }

    public IReadOnlyList<LatencyRule> Rules => [.. _entries.Select(static entry => entry.Rule)];

    /// <summary>Adds the rule, or replaces the one for the same provider, model and endpoint; false when the book is full.</summary>
    public bool Put(LatencyRule rule)
    {
        lock (_gate)
        {
            Entry[] changed = [.. _entries.Where(entry => (entry.Rule.Provider, entry.Rule.Model, entry.Rule.Endpoint) != (rule.Provider, rule.Model, rule.Endpoint)), new Entry(rule)];
            if (changed.Length > RulesMax)
            {
                return false;
            }
            _entries = [.. changed.OrderByDescending(static entry => entry.Rule.Specificity)];
            return true;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _entries = [];
        }
    }

    public Pace For(string provider, string endpoint, string? model, Directives directives)
    {
        if (_entries.Length == 0 && ReferenceEquals(directives, Directives.None))
        {
            return default;
        }
        var pace = Draw(provider, endpoint, model);
        return pace with
        {
            FirstTokenMs = directives.FirstTokenMs ?? pace.FirstTokenMs,
            IntervalMs = directives.TokensPerSecond is { } rate ? 1000 / rate : pace.IntervalMs,
            FlushEach = pace.FlushEach || directives.FlushEach,
        };
    }

    private Pace Draw(string provider, string endpoint, string? model)
    {
        foreach (var entry in _entries)
        {
            if (entry.Rule.Matches(provider, endpoint, model))
            {
                var rule = entry.Rule;
                lock (entry)
                {
                    return new Pace(rule.FirstToken?.Draw(ref entry.State) ?? 0, rule.TokensPerSecond is { } rate ? 1000 / rate : 0, rule.Jitter, rule.FlushEachEvent, Fingerprint.Next(ref entry.State));
                }
            }
        }
        return default;
    }
}
