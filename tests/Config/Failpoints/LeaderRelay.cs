using GlobalGateway.Config.Stores;

namespace GlobalGateway.Config.Failpoints;

/// <summary>One control plane leads until it ends at a write, while the other waits to take over from it and to end at the next one.</summary>
internal sealed class LeaderRelay(StoreFleet fleet)
{
    private string _next = StoreFleet.Planes[1];

    /// <summary>Each write twice: before it and after it.</summary>
    public static IReadOnlyList<string> Around(params IEnumerable<string> writes) => [.. writes.SelectMany(write => (string[])[$"{write}:before", $"{write}:after"])];

    /// <summary>Ends the leader; nobody leads until the next one takes over, which ends at that failpoint.</summary>
    public async Task EndLeaderAsync(string failpoint)
    {
        var leader = await fleet.LeaderAsync();
        _next = StoreFleet.Other(leader);
        await fleet.Fleet.KillAsync(leader);
        await fleet.StartPlaneAsync(_next, failpoint);
        await fleet.ReadyAsync(_next);
    }

    /// <summary>The one that waits takes over; the other starts, to wait in its place.</summary>
    /// <param name="failpoint">Of the one that waits from now on.</param>
    /// <returns>Who leads now.</returns>
    public async Task<string> TakeOverAsync(string? failpoint)
    {
        var leader = _next;
        await fleet.ReadyAsync(leader);
        await fleet.EndLeaseAsync();
        await fleet.LeaderAsync(leader);
        _next = StoreFleet.Other(leader);
        await fleet.StartPlaneAsync(_next, failpoint);
        return leader;
    }

    /// <summary>Lets leader after leader end, each at one of the failpoints, and a last one lead on.</summary>
    /// <param name="begin">What happens while nobody leads.</param>
    /// <param name="provoke">Told the failpoint and who is to end at it: makes the write happen where it does not by itself.</param>
    public async Task RunAsync(IReadOnlyList<string> failpoints, Func<Task> begin, Func<string, string, Task>? provoke = null)
    {
        await EndLeaderAsync(failpoints[0]);
        await begin();
        foreach (var (index, failpoint) in failpoints.Index())
        {
            var leader = await TakeOverAsync(failpoints.ElementAtOrDefault(index + 1));
            await (provoke?.Invoke(failpoint, leader) ?? Task.CompletedTask);
            await fleet.UntilEndedAsync(leader, failpoint);
        }

        await TakeOverAsync(null);
    }
}
