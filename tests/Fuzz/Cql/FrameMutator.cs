using System.Buffers.Binary;

namespace GlobalGateway.Fuzz.Cql;

/// <summary>Breaks frames in the ways that find bounds: lengths and counts at their edges, cuts, splices and plain noise.</summary>
internal sealed class FrameMutator(int seed)
{
    private const int MutationsMax = 4;
    private const int HeaderBytes = 9;

    private static readonly int[] Edges = [0, 1, -1, 2, 4, 8, 0x7F, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x00FFFFFF, 0x3FFFFFFF, 0x40000000, int.MaxValue, int.MinValue, -2];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        var frame = Pick().ToArray();
        for (var left = _random.Next(MutationsMax + 1); left > 0; left--)
        {
            frame = Mutate(frame);
        }

        // A length that fits lets the body be read: most bounds are in there.
        if (frame.Length >= HeaderBytes && _random.Next(10) > 0)
        {
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), frame.Length - HeaderBytes);
            frame[0] = 0x84;
        }

        return frame;
    }

    private byte[] Mutate(byte[] frame)
    {
        if (frame.Length == 0)
        {
            return Pick().ToArray();
        }

        var at = _random.Next(frame.Length);
        switch (_random.Next(8))
        {
            case 0:
                frame[at] ^= (byte)(1 << _random.Next(8));
                return frame;
            case 1:
                frame[at] = (byte)_random.Next(256);
                return frame;
            case 2 when frame.Length >= at + sizeof(int):
                BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(at), Edges[_random.Next(Edges.Length)]);
                return frame;
            case 3 when frame.Length >= at + sizeof(ushort):
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(at), (ushort)Edges[_random.Next(Edges.Length)]);
                return frame;
            case 4:
                return frame[..at];
            case 5:
                var other = Pick();
                return [.. frame.AsSpan(0, at), .. other.AsSpan(_random.Next(other.Length))];
            case 6:
                var noise = new byte[_random.Next(1, 64)];
                _random.NextBytes(noise);
                return [.. frame.AsSpan(0, at), .. noise, .. frame.AsSpan(at)];
            default:
                var length = _random.Next(1, Math.Min(frame.Length - at, 16) + 1);
                return [.. frame.AsSpan(0, at + length), .. frame.AsSpan(at, length), .. frame.AsSpan(at + length)];
        }
    }

    private byte[] Pick() => FrameSeeds.All[_random.Next(FrameSeeds.All.Count)];
}
