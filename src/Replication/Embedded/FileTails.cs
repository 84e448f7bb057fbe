namespace GlobalGateway.Replication.Embedded;

/// <summary>What is known of the end of files that only grow; the longest unused is forgotten first.</summary>
internal sealed class FileTails<T>(int countMax)
    where T : struct
{
    private readonly Dictionary<string, LinkedListNode<(string Path, T Tail)>> _nodes = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Path, T Tail)> _order = new();
    private readonly Lock _lock = new();

    public T Get(string path)
    {
        lock (_lock)
        {
            if (!_nodes.TryGetValue(path, out var node))
            {
                return default;
            }

            _order.Remove(node);
            _order.AddFirst(node);
            return node.Value.Tail;
        }
    }

    public void Set(string path, T tail)
    {
        lock (_lock)
        {
            if (_nodes.TryGetValue(path, out var node))
            {
                node.Value = (path, tail);
                return;
            }

            _nodes[path] = _order.AddFirst((path, tail));
            if (_nodes.Count > countMax)
            {
                _nodes.Remove(_order.Last!.Value.Path);
                _order.RemoveLast();
            }
        }
    }
}
