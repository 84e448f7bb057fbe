using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GlobalGateway.Replication.Embedded;

/// <summary>Turns any id into a file name that no other id has, on every file system.</summary>
internal static class SafeName
{
    /// <summary>File systems take 255 bytes; some are left for suffixes.</summary>
    private const int LengthMax = 180;

    /// <summary>Small letters, digits, - and _ stay; other bytes become %XX. No dot: it separates the parts of a name.</summary>
    public static string Of(string id)
    {
        if (id.Length is > 0 and <= LengthMax && id.All(IsPlain))
        {
            return id;
        }

        var name = new StringBuilder();
        foreach (var value in Encoding.UTF8.GetBytes(id))
        {
            name = IsPlain((char)value) ? name.Append((char)value) : name.Append(CultureInfo.InvariantCulture, $"%{value:x2}");
        }

        // An empty id and a long one begin with a sign that escaping never writes.
        return name.Length is > 0 and <= LengthMax ? name.ToString() : "=" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
    }

    private static bool IsPlain(char letter) => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_';
}
