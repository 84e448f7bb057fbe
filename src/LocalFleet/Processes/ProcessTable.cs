using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace GlobalGateway.LocalFleet.Processes;

/// <summary>What the system knows of processes by number. A number is reused, so an identity is a number and a start time.</summary>
public static partial class ProcessTable
{
    private const int SigTerm = 15;
    private const int SigKill = 9;

    private static readonly int SigStop = OperatingSystem.IsLinux() ? 19 : 17;
    private static readonly int SigCont = OperatingSystem.IsLinux() ? 18 : 19;

    public static IEnumerable<int> Pids() =>
        Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0);

    /// <summary>When it started, in a unit that only this system knows; null when there is no such process or it has ended.</summary>
    public static long? StartMark(int pid)
    {
        if (OperatingSystem.IsLinux())
        {
            return Stat(pid) is { } fields && fields[0] != "Z" ? long.Parse(fields[19], CultureInfo.InvariantCulture) : null;
        }

        try
        {
            using var process = Process.GetProcessById(pid);
            return process.HasExited ? null : process.StartTime.ToUniversalTime().Ticks;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary><c>dotnet EdgeNode</c> for the product's own programs, else the system's name.</summary>
    public static string NameOf(int pid)
    {
        try
        {
            var arguments = File.ReadAllText($"/proc/{pid}/cmdline").Split('\0');
            var own = arguments.Select(Path.GetFileName).FirstOrDefault(name =>
                name is not null && name.StartsWith("GlobalGateway.", StringComparison.Ordinal) && name.EndsWith(".dll", StringComparison.Ordinal));
            return own is null ? File.ReadAllText($"/proc/{pid}/comm").Trim() : $"dotnet {own["GlobalGateway.".Length..^".dll".Length]}";
        }
        catch (IOException)
        {
            return "ended meanwhile";
        }
    }

    public static void Terminate(ProcessIdentity process) => Signal(process, SigTerm);

    public static void Kill(ProcessIdentity process) => Signal(process, SigKill);

    /// <summary>Stops it where it is, as a machine that hangs; its connections stay open.</summary>
    public static void Pause(ProcessIdentity process) => Signal(process, SigStop);

    public static void Resume(ProcessIdentity process) => Signal(process, SigCont);

    private static void Signal(ProcessIdentity process, int signal)
    {
        // Never a number alone: it may be somebody else's by now.
        if (process.IsAlive)
        {
            _ = SendSignal(process.Pid, signal);
        }
    }

    /// <summary>The fields of <c>/proc/PID/stat</c> after the name, from the state on.</summary>
    private static string[]? Stat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}
