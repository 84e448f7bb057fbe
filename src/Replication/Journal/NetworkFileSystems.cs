using System.Collections.Frozen;

namespace GlobalGateway.Replication.Journal;

/// <summary>
/// File systems that another machine serves or shares: a lock may not hold there, and what a killed process stored may not
/// have left this machine.
/// </summary>
internal static class NetworkFileSystems
{
    /// <summary>As the runtime names them; sshfs, virtiofs and the like are all fuse.</summary>
    private static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
        [
            "acfs", "afs", "ceph", "cifs", "coda", "fhgfs", "fuse", "gfs", "gfs2", "gpfs", "ibrix", "k-afs", "kafs", "lustre", "ncp", "nfs", "nfs4",
            "novell", "ocfs2", "panfs", "smb", "smb2", "smb3", "snfs", "v9fs", "9p", "vboxfs", "vboxsf", "vmhgfs",
        ],
        StringComparer.OrdinalIgnoreCase);

    public static bool Contains(string format) => Names.Contains(format);

    public static void Refuse(string directory)
    {
        if (new DriveInfo(directory).DriveFormat is var format && Contains(format))
        {
            throw new JournalOpenException($"The journal folder {directory} is on a network file system ({format}), where locks and crashes behave differently. Use a folder on a local disk of this machine.");
        }
    }
}
