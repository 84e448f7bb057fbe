using System.Numerics;
using System.Runtime.InteropServices;

namespace GlobalGateway.ProviderSimulator.Composition;

/// <summary>A fast 64-bit hash that is the same in every process; answers are drawn from it.</summary>
internal static class Fingerprint
{
    private const ulong Prime = 0x9E37_79B9_7F4A_7C15;

    public static ulong Of(ReadOnlySpan<byte> bytes, ulong seed = 0)
    {
        var hash = seed ^ ((ulong)bytes.Length * Prime);
        while (bytes.Length >= 8)
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(bytes));
            bytes = bytes[8..];
        }
        foreach (var b in bytes)
        {
            hash = Mix(hash ^ b);
        }
        return Mix(hash);
    }

    public static ulong Of(string text, ulong seed = 0) => Of(MemoryMarshal.AsBytes(text.AsSpan()), seed);

    /// <summary>SplitMix64's step (Steele, Lea, Flood 2014): also the generator for everything drawn.</summary>
    public static ulong Next(ref ulong state)
    {
        state += Prime;
        return Mix(state);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return BitOperations.RotateLeft(z ^ (z >> 31), 1);
    }
}
