using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Security.Cryptography;
using GlobalGateway.Contracts.Bundles;

namespace GlobalGateway.EdgeNode.Revocations;

/// <summary>The keys that are refused whatever the bundle says. The time a look-up takes says nothing about any listed key.</summary>
public sealed class RevokedKeys
{
    private volatile FrozenDictionary<ulong, byte[][]> _byPrefix = FrozenDictionary<ulong, byte[][]>.Empty;

    public bool Contains(ReadOnlySpan<byte> hash)
    {
        // The prefix of a hash cannot be steered towards a listed one; the whole is compared in constant time.
        if (!_byPrefix.TryGetValue(Prefix(hash), out var candidates))
        {
            return false;
        }

        foreach (var candidate in candidates)
        {
            if (CryptographicOperations.FixedTimeEquals(candidate, hash))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>From now on these are refused, and no others.</summary>
    public void Replace(RevocationList list) =>
        _byPrefix = list.Keys.Select(Convert.FromHexString).GroupBy(hash => Prefix(hash)).ToFrozenDictionary(group => group.Key, group => group.ToArray());

    private static ulong Prefix(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt64LittleEndian(hash);
}
