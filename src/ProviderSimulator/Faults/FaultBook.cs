using System.Text.Json;
using GlobalGateway.ProviderSimulator.Latency;

namespace GlobalGateway.ProviderSimulator.Faults;

/// <summary>What a fault rule may match on.</summary>
internal readonly record struct FaultTarget(string Provider, string Endpoint, string? Model, string PromptText, string? KeySha256, bool IsReusedConnection);

/// <summary>The fault rules in force, in the order they were added; the first that fires decides.</summary>
internal sealed class FaultBook
{
    public const int RulesMax = 1000;

    /// <summary>A rule with its counters.</summary>
    internal sealed class Entry(FaultRule rule)
    {
        private ulong _state = rule.Seed;

        public FaultRule Rule => rule;
        public int Matched { get; private set; }
        public int Fired { get; private set; }

        public bool Take(in FaultTarget target)
        {
            if (!Matches(target))
            {
                return false;
            }
            lock (this)
            {
                Matched++;
                var fires = FaultAttempts.Includes(rule.Attempts, Matched) && (rule.Count is null || Fired < rule.Count)
                    && (rule.Probability >= 1 || DelayDistribution.Unit(ref _state) < rule.Probability);
                Fired += fires ? 1 : 0;
                return fires;
            }
        }

        private bool Matches(in FaultTarget target) =>
            (rule.Provider is null || rule.Provider == target.Provider)
            && (rule.Endpoint is null || rule.Endpoint == target.Endpoint)
            && (rule.Model is null || rule.Model == target.Model)
            && (rule.KeySha256 is null || string.Equals(rule.KeySha256, target.KeySha256, StringComparison.OrdinalIgnoreCase))
            && (rule.Fault.Type != FaultType.CloseOnReuse || target.IsReusedConnection)
            && (rule.PromptContains is null || target.PromptText.Contains(rule.PromptContains, StringComparison.Ordinal));
    }

    private readonly Lock _gate = new();
    private volatile Entry[] _entries = [];
    private int _nextId;

    public IReadOnlyList<Entry> Entries => _entries;

    public bool IsEmpty => _entries.Length == 0;

    /// <summary>Adds the rule under its id or a new one; null when the book is full or the id is taken.</summary>
    public FaultRule? Add(FaultRule rule)
    {
        lock (_gate)
        {
            rule = rule.Id is null ? rule with { Id = $"f{++_nextId}" } : rule;
            if (_entries.Length >= RulesMax || Array.Exists(_entries, entry => entry.Rule.Id == rule.Id))
            {
                return null;
            }
            _entries = [.. _entries, new Entry(rule)];
            return rule;
        }
    }

    public bool Remove(string id)
    {
        lock (_gate)
        {
            var left = Array.FindAll(_entries, entry => entry.Rule.Id != id);
            (var removed, _entries) = (left.Length < _entries.Length, left);
            return removed;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _entries = [];
        }
    }

    public FaultRule? Choose(in FaultTarget target)
    {
        foreach (var entry in _entries)
        {
            if (entry.Take(target))
            {
                return entry.Rule;
            }
        }
        return null;
    }
}
