using GlobalGateway.LocalFleet.Planning;

namespace GlobalGateway.LocalFleet.Cassandra;

/// <summary>Writes what a planned node reads at its start; its data, if it has some, stays.</summary>
public static class CassandraNodeFiles
{
    public static void Write(ProcessPlan node)
    {
        foreach (var folder in node.Folders)
        {
            Directory.CreateDirectory(folder);
        }

        // The launcher of an unpacked Cassandra wants its options and log settings beside the node's own files.
        var installed = Path.Combine(node.Environment[CassandraHome.Variable], "conf");
        var own = node.Environment["CASSANDRA_CONF"];
        foreach (var file in Directory.EnumerateFiles(installed))
        {
            // Read and written, not copied: an installation that is read-only would make the next start's copy fail.
            File.WriteAllBytes(Path.Combine(own, Path.GetFileName(file)), File.ReadAllBytes(file));
        }

        foreach (var file in node.Files)
        {
            File.WriteAllText(file.Path, file.Text);
        }
    }
}
