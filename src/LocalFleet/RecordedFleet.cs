using System.Diagnostics;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Processes;
using GlobalGateway.LocalFleet.Records;

namespace GlobalGateway.LocalFleet;

/// <summary>Stops a fleet that another process started, by its record.</summary>
public static class RecordedFleet
{
    /// <summary>How long the system may take to clear away what was ended.</summary>
    private static readonly TimeSpan GoneLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks every recorded process to end; those still there after <paramref name="patience"/> are ended.</summary>
    /// <returns>Null when nothing of that fleet runs.</returns>
    public static async Task<StoppedFleet?> StopAsync(string stateDirectory, TimeSpan patience, CancellationToken cancellation)
    {
        var paths = new FleetPaths(stateDirectory);
        if (FleetRecord.Read(paths) is not { IsRunning: true } record)
        {
            File.Delete(paths.Record);
            return null;
        }

        var running = record.Processes.Where(process => process.Identity.IsAlive).ToArray();
        // The owner would report each end as a crash, and restart nothing: it is told first.
        if (record.Owner is { } owner)
        {
            ProcessTable.Terminate(owner);
        }

        // Edges settle with the servers' help, so servers end after them.
        var cutOff = await EndAsync([.. running.Where(process => !process.Role.IsServer())], patience, cancellation);
        cutOff.AddRange(await EndAsync([.. running.Where(process => process.Role.IsServer())], patience, cancellation));
        await WaitGoneAsync(() => record.Owner is { IsAlive: true }, GoneLimit, cancellation);
        File.Delete(paths.Record);
        return new StoppedFleet(running.Length, [.. cutOff.Select(process => process.Name)]);
    }

    private static async Task<List<RecordedProcess>> EndAsync(RecordedProcess[] processes, TimeSpan patience, CancellationToken cancellation)
    {
        foreach (var process in processes)
        {
            ProcessTable.Terminate(process.Identity);
        }

        await WaitGoneAsync(() => Array.Exists(processes, process => process.Identity.IsAlive), patience, cancellation);
        var cutOff = processes.Where(process => process.Identity.IsAlive).ToList();
        foreach (var process in cutOff)
        {
            ProcessTable.Kill(process.Identity);
        }

        await WaitGoneAsync(() => Array.Exists(processes, process => process.Identity.IsAlive), GoneLimit, cancellation);
        return cutOff;
    }

    private static async Task WaitGoneAsync(Func<bool> isThere, TimeSpan limit, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        while (isThere() && watch.Elapsed < limit)
        {
            await Task.Delay(LookEvery, cancellation);
        }
    }
}

/// <summary>How many processes ran, and which had to be ended.</summary>
public sealed record StoppedFleet(int Count, IReadOnlyList<string> CutOff);
