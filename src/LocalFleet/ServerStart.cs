using System.Diagnostics;
using System.Globalization;
using GlobalGateway.LocalFleet.Cassandra;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Processes;

namespace GlobalGateway.LocalFleet;

/// <summary>Brings a fleet's servers up, in the order in which they find each other, and the ledger's tables into them.</summary>
internal sealed class ServerStart(Fleet fleet, Action<string> say)
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan MigrationLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AcquaintedLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public async Task RunAsync(CancellationToken cancellation)
    {
        foreach (var node in fleet.Plans.Where(plan => plan.Role == PartRole.Cassandra))
        {
            Say($"starting {node.Name} on {node.Host}:{node.Port}");
            await fleet.StartAsync(node);
            fleet.Record();
            // The next one asks it who is there; two that start at once would each found a ring.
            await WaitListeningAsync(fleet.Process(node.Name), CassandraNode.StoragePort, cancellation);
        }

        var servers = fleet.Processes.Where(process => process.Plan.Role.IsServer()).ToArray();
        await Readiness.WaitAsync(servers, ReadyLimit, cancellation);
        Say($"{servers.Length} servers are ready");
        if (FleetPlan.Migration(fleet.Options) is { } migration)
        {
            await MigrateAsync(migration, cancellation);
            Say("the ledger has its tables");
        }
    }

    private static async Task MigrateAsync(ProcessPlan plan, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        while (await TryMigrateAsync(plan, cancellation) is { } failure)
        {
            // A node that has just come up hears of the others, and of their data centres, a moment later.
            if (watch.Elapsed > AcquaintedLimit)
            {
                throw new FleetException(failure);
            }

            await Task.Delay(AskAgain, cancellation);
        }
    }

    /// <returns>Why it failed; null when it did not.</returns>
    private static async Task<string?> TryMigrateAsync(ProcessPlan plan, CancellationToken cancellation)
    {
        using var process = await FleetProcess.StartAsync(plan, detached: false);
        try
        {
            await process.WaitForExitAsync(cancellation).WaitAsync(MigrationLimit, cancellation);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            await process.KillAsync();
            throw e is TimeoutException ? new FleetException($"the ledger's tables are not there after {MigrationLimit.TotalSeconds:0} s: {LastLine.WithFile(plan.LogFile)}") : e;
        }

        return process.Succeeded ? null : process.DescribeEnd();
    }

    private static async Task WaitListeningAsync(FleetProcess process, int port, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        while (!await ServerProbe.ListensAsync(process.Plan.Host, port, cancellation))
        {
            if (process.HasExited || watch.Elapsed > ReadyLimit)
            {
                throw new FleetException(process.HasExited ? process.DescribeEnd()
                    : $"{process.Plan.Name} does not listen on {process.Plan.Host}:{port} after {ReadyLimit.TotalSeconds:0} s: {LastLine.WithFile(process.Plan.LogFile)}");
            }

            await Task.Delay(LookEvery, cancellation);
        }
    }

    private void Say(string what) => say(string.Create(CultureInfo.InvariantCulture, $"{_watch.Elapsed.TotalSeconds,5:0.0} s  {what}"));
}
