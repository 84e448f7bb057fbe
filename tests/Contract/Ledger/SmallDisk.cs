using System.Diagnostics;

namespace GlobalGateway.Contract.Ledger;

/// <summary>A disk in memory of one megabyte, which can be full or read-only for a while.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    private string Ballast => Path.Combine(_folder, "usage", "ballast");

    /// <summary>Null where this user may not mount.</summary>
    public static SmallDisk? TryMount(string folder)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return null;
        }

        Directory.CreateDirectory(folder);
        return Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder) ? new SmallDisk(folder) : null;
    }

    public void MakeReadOnly(bool readOnly)
    {
        if (!Run("mount", "-o", readOnly ? "remount,ro" : "remount,rw", _folder))
        {
            throw new InvalidOperationException($"{_folder} cannot be mounted again");
        }
    }

    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void Empty() => File.Delete(Ballast);

    public void Dispose() => Run("umount", _folder);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
