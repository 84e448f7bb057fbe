namespace GlobalGateway.EdgeNode.Upstreams;

/// <summary>
/// Keeps what this edge has learned and opened (breakers, latencies, connection pools) across configuration changes:
/// a part is kept while its key, which holds its settings, is asked for again.
/// </summary>
public sealed class RuntimeRegistry
{
    private Dictionary<string, object> _kept = [];

    /// <summary>Starts collecting the parts of a new snapshot; nothing changes until it is committed.</summary>
    public Draft Begin() => new(this);

    /// <summary>The parts of one snapshot being built.</summary>
    public sealed class Draft(RuntimeRegistry registry)
    {
        private readonly Dictionary<string, object> _next = [];

        public T Keep<T>(string key, Func<T> create)
            where T : class
        {
            key = $"{typeof(T).Name}:{key}";
            if (!_next.TryGetValue(key, out var part))
            {
                part = registry._kept.TryGetValue(key, out var old) ? old : create();
                _next.Add(key, part);
            }

            return (T)part;
        }

        public IEnumerable<T> All<T>() => _next.Values.OfType<T>();

        /// <summary>Forgets every part that this snapshot did not ask for; requests in flight hold theirs.</summary>
        public void Commit() => registry._kept = _next;
    }
}
