namespace GlobalGateway.ControlPlane.Bundles;

/// <summary>The chunks asked for last, so that a thousand edges that fetch one change read it from the store once.</summary>
public sealed class PartCache
{
    public const long BytesMax = 64 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Digest, byte[] Bytes)>> _known = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Digest, byte[] Bytes)> _byUse = new();
    private long _bytes;

    public byte[]? Find(string digest)
    {
        lock (_gate)
        {
            if (!_known.TryGetValue(digest, out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Bytes;
        }
    }

    public void Keep(string digest, byte[] bytes)
    {
        lock (_gate)
        {
            if (_known.ContainsKey(digest))
            {
                return;
            }

            _known[digest] = _byUse.AddFirst((digest, bytes));
            _bytes += bytes.Length;
            while (_bytes > BytesMax && _byUse.Last is { } oldest)
            {
                _byUse.RemoveLast();
                _known.Remove(oldest.Value.Digest);
                _bytes -= oldest.Value.Bytes.Length;
            }
        }
    }
}
