using System.Text;

namespace GlobalGateway.ControlPlane.Store.Etcd;

/// <summary>Keys and ranges of keys as etcd's bytes; every key is printable ASCII.</summary>
internal static class EtcdKeys
{
    private static readonly byte[] Nul = [0];

    public static byte[] Bytes(string key) => Encoding.ASCII.GetBytes(key);

    public static string Text(byte[] key) => Encoding.UTF8.GetString(key);

    /// <summary>The first key of what has the prefix, behind the last one of the page before.</summary>
    public static byte[] From(string prefix, string? after) =>
        after is not null && string.CompareOrdinal(after, prefix) >= 0 ? [.. Bytes(after), 0] : prefix.Length == 0 ? Nul : Bytes(prefix);

    /// <summary>The first key behind everything that has the prefix; a NUL stands for "no end".</summary>
    public static byte[] Until(string prefix)
    {
        if (prefix.Length == 0)
        {
            return Nul;
        }

        var end = Bytes(prefix);
        end[^1]++;
        return end;
    }

    public static StoreEntry Entry(EtcdEntry entry) => new(Text(entry.Key), entry.Value ?? [], entry.CreateRevision, entry.ModRevision, entry.Lease);
}
