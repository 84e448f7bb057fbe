using System.Diagnostics;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Processes;
using GlobalGateway.LocalFleet.Records;

namespace GlobalGateway.LocalFleet;

/// <summary>Stops a fleet that another process started, by its record.</summary>
public static class RecordedFleet
{
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

        foreach (var process in running)
        {
            ProcessTable.Terminate(process.Identity);
        }

        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < patience && running.Any(process => process.Identity.IsAlive))
        {
            await Task.Delay(LookEvery, cancellation);
        }

        var cutOff = running.Where(process => process.Identity.IsAlive).ToArray();
        foreach (var process in cutOff)
        {
            ProcessTable.Kill(process.Identity);
        }

        while (watch.Elapsed < patience + TimeSpan.FromSeconds(5) && (record.Owner is { IsAlive: true } || running.Any(process => process.Identity.IsAlive)))
        {
            await Task.Delay(LookEvery, cancellation);
        }

        File.Delete(paths.Record);
        return new StoppedFleet(running.Length, [.. cutOff.Select(process => process.Name)]);
    }
}

/// <summary>How many processes ran, and which had to be ended.</summary>
public sealed record StoppedFleet(int Count, IReadOnlyList<string> CutOff);
