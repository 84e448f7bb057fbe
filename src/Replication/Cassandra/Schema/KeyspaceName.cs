using System.Text.RegularExpressions;

namespace GlobalGateway.Replication.Cassandra.Schema;

/// <summary>The name of a keyspace, which stands in statements as it is.</summary>
public static partial class KeyspaceName
{
    public const string Default = "globalgateway";

    /// <exception cref="ArgumentException">It is not 1 to 48 lower-case letters, digits and underscores that begin with a letter.</exception>
    public static string Check(string name) => Pattern().IsMatch(name)
        ? name
        : throw new ArgumentException($"the keyspace '{name}' is not 1 to 48 of a-z, 0-9 and _ that begin with a letter", nameof(name));

    [GeneratedRegex("^[a-z][a-z0-9_]{0,47}$")]
    private static partial Regex Pattern();
}
