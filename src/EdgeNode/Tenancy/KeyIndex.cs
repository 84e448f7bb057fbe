using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using GlobalGateway.EdgeNode.Jwt;

namespace GlobalGateway.EdgeNode.Tenancy;

/// <summary>Finds a client by its key's SHA-256. The time a look-up takes says nothing about any stored key.</summary>
public sealed class KeyIndex
{
    /// <summary>Longer keys are refused unhashed.</summary>
    public const int KeyLengthMax = 512;

    private readonly FrozenDictionary<ulong, ClientIdentity[]> _byPrefix;

    public KeyIndex(IEnumerable<ClientIdentity> clients, JwtIndex? tokens = null)
    {
        Tokens = tokens ?? JwtIndex.None;
        _byPrefix = clients.GroupBy(c => Prefix(c.Hash)).ToFrozenDictionary(g => g.Key, g => g.ToArray());
    }

    /// <summary>Tokens that count as keys.</summary>
    public JwtIndex Tokens { get; }

    /// <summary>All of them.</summary>
    public IEnumerable<ClientIdentity> Clients => _byPrefix.Values.SelectMany(clients => clients);

    public IEnumerable<string> TenantNames => Clients.Select(client => client.Tenant.Name).Distinct(StringComparer.Ordinal);

    /// <summary>The SHA-256 of a key as a client sent it; false for what is too long to be one.</summary>
    public static bool TryHash(ReadOnlySpan<char> key, Span<byte> hash)
    {
        if (key.Length is 0 or > KeyLengthMax)
        {
            return false;
        }

        Span<byte> text = stackalloc byte[KeyLengthMax * 3];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(key, text)], hash);
        return true;
    }

    public ClientIdentity? Find(ReadOnlySpan<byte> hash)
    {
        // The prefix of a hash cannot be steered towards a stored one; the whole is compared in constant time.
        if (!_byPrefix.TryGetValue(Prefix(hash), out var candidates))
        {
            return null;
        }

        foreach (var candidate in candidates)
        {
            if (CryptographicOperations.FixedTimeEquals(candidate.Hash, hash))
            {
                return candidate;
            }
        }

        return null;
    }

    private static ulong Prefix(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt64LittleEndian(hash);
}
