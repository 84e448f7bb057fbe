namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>Replacements in a body, in the order of their places; the usual two cost no allocation.</summary>
public struct Splices
{
    private (int Start, int End, ReadOnlyMemory<byte> Value) _first, _second;
    private List<(int Start, int End, ReadOnlyMemory<byte> Value)>? _all;

    public int Count { get; private set; }

    public readonly (int Start, int End, ReadOnlyMemory<byte> Value) this[int index] => _all is { } all ? all[index] : index == 0 ? _first : _second;

    public void Replace(int start, int end, ReadOnlyMemory<byte> value)
    {
        if (Count == 0)
        {
            _first = (start, end, value);
        }
        else if (Count == 1)
        {
            _second = (start, end, value);
            if (_first.Start > _second.Start)
            {
                (_first, _second) = (_second, _first);
            }
        }
        else
        {
            _all ??= [_first, _second];
            var place = _all.FindIndex(s => s.Start > start);
            _all.Insert(place < 0 ? _all.Count : place, (start, end, value));
        }

        Count++;
    }

    public readonly long LengthOf(int bodyLength)
    {
        long length = bodyLength;
        for (var i = 0; i < Count; i++)
        {
            length += this[i].Value.Length - (this[i].End - this[i].Start);
        }

        return length;
    }
}
