using System.Globalization;
using System.Net;
using System.Net.Sockets;
using GlobalGateway.LocalFleet.Processes;

namespace GlobalGateway.LocalFleet.Ports;

/// <summary>Says whether a loopback port can be listened on and, on Linux, which process holds it.</summary>
public static class PortOwner
{
    public static bool IsFree(int port) => IsFree(IPAddress.Loopback, port);

    public static bool IsFree(IPAddress address, int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>How people know the holder: <c>pid 8123 (dotnet EdgeNode)</c>; null where the system does not tell.</summary>
    public static string? Describe(int port)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var sockets = ListeningSockets("/proc/net/tcp", port).Concat(ListeningSockets("/proc/net/tcp6", port))
            .Select(inode => $"socket:[{inode}]").ToHashSet();
        return sockets.Count == 0 ? null : ProcessTable.Pids().Where(pid => Holds(pid, sockets)).Select(pid => $"pid {pid} ({ProcessTable.NameOf(pid)})").FirstOrDefault();
    }

    private static IEnumerable<string> ListeningSockets(string table, int port)
    {
        const string listening = "0A";
        var suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        return !File.Exists(table) ? [] : File.ReadLines(table).Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns.Length > 9 && columns[1].EndsWith(suffix, StringComparison.Ordinal) && columns[3] == listening)
            .Select(columns => columns[9]);
    }

    private static bool Holds(int pid, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{pid}/fd").Any(file => new FileInfo(file).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Ended meanwhile, or another user's.
            return false;
        }
    }
}
