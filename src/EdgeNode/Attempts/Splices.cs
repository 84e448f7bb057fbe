namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>Up to two replacements in a body, in the order of their places.</summary>
public struct Splices
{
    private (int Start, int End, ReadOnlyMemory<byte> Value) _first, _second;

    public int Count { get; private set; }

    public readonly (int Start, int End, ReadOnlyMemory<byte> Value) this[int index] => index == 0 ? _first : _second;

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
            throw new InvalidOperationException("a body takes at most two replacements");
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
