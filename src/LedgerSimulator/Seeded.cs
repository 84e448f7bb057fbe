namespace GlobalGateway.LedgerSimulator;

/// <summary>A small generator whose whole state is its seed (SplitMix64, Steele et al. 2014): the same seed, the same history, on every machine.</summary>
internal sealed class Seeded(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 to below <paramref name="below"/>.</summary>
    public int Below(int below) => (int)((UInt128)Next() * (ulong)below >> 64);

    public long Between(long from, long to) => from + (long)((UInt128)Next() * (ulong)(to - from + 1) >> 64);

    public bool Chance(int percent) => Below(100) < percent;

    public Guid Guid()
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, Next());
        BitConverter.TryWriteBytes(bytes[8..], Next());
        return new Guid(bytes);
    }
}
