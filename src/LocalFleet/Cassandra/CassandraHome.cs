namespace GlobalGateway.LocalFleet.Cassandra;

/// <summary>Finds an installed Cassandra 5 and the Java 17 it runs on, or says how to get them.</summary>
public static class CassandraHome
{
    public const string Variable = "CASSANDRA_HOME";

    private const string JavaFolder = "/usr/lib/jvm";
    private const string JavaVersion = "17";
    private static readonly string BesideClone = Path.Combine("shared", "cassandra");

    /// <summary>What the variable names; else a folder <c>shared/cassandra</c> beside or above the clone; null where there is neither.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } told)
        {
            return Path.GetFullPath(told);
        }

        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (Path.Combine(at.FullName, BesideClone) is var home && IsHome(home))
            {
                return home;
            }
        }

        return null;
    }

    /// <summary>What to set as <c>JAVA_HOME</c>; null where there is no Java 17.</summary>
    public static string? FindJava()
    {
        var candidates = new List<string?> { Environment.GetEnvironmentVariable("JAVA_HOME") };
        if (Directory.Exists(JavaFolder))
        {
            candidates.AddRange(Directory.EnumerateDirectories(JavaFolder, $"*{JavaVersion}*").Order(StringComparer.Ordinal));
        }

        return candidates.OfType<string>().FirstOrDefault(IsJava);
    }

    /// <summary>The first thing that is missing, as a line that says what to do; null when nodes can be started.</summary>
    public static string? Missing(string? home)
    {
        if (home is null)
        {
            return $"Cassandra is not installed: unpack a Cassandra 5 (https://cassandra.apache.org/download/) and set {Variable} to its folder.";
        }

        if (!IsHome(home))
        {
            return $"No bin/cassandra and conf/ in {home}: set {Variable} to the folder of an unpacked Cassandra 5.";
        }

        return FindJava() is null ? $"Cassandra needs Java {JavaVersion}: apt-get install openjdk-{JavaVersion}-jre-headless, or set JAVA_HOME to one." : null;
    }

    private static bool IsHome(string folder) => File.Exists(Path.Combine(folder, "bin", "cassandra")) && Directory.Exists(Path.Combine(folder, "conf"));

    /// <summary>Every Java since 9 says its version in a file <c>release</c>.</summary>
    private static bool IsJava(string folder)
    {
        var release = Path.Combine(folder, "release");
        return File.Exists(Path.Combine(folder, "bin", "java")) && File.Exists(release)
            && File.ReadLines(release).Any(line => line.StartsWith($"JAVA_VERSION=\"{JavaVersion}.", StringComparison.Ordinal));
    }
}
