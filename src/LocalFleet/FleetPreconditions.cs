using System.Net;
using GlobalGateway.LocalFleet.Cassandra;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Ports;
using GlobalGateway.LocalFleet.Processes;
using GlobalGateway.LocalFleet.Records;

namespace GlobalGateway.LocalFleet;

/// <summary>What must hold before a fleet starts; each failure is one line that says what to do.</summary>
internal static class FleetPreconditions
{
    public static void Check(FleetOptions options, IReadOnlyList<ProcessPlan> plans)
    {
        if (!Directory.Exists(options.ConfigDirectory))
        {
            throw new FleetException($"No folder {options.ConfigDirectory} to take the configuration from.");
        }

        if (FleetRecord.Read(new FleetPaths(options.StateDirectory)) is { IsRunning: true } running)
        {
            throw new FleetException(
                $"A fleet is already up on {running.Processes[0].Address} with its state in {options.StateDirectory}. "
                + "Run \"gg down\" first, or start another one with --state DIR and --port-base PORT.");
        }

        CheckServers(options);
        foreach (var plan in plans)
        {
            if (!plan.Role.IsServer() && !File.Exists(plan.Program))
            {
                throw new FleetException($"{plan.Name} is not built: no {plan.Program}. Run ./gg, which builds it.");
            }

            foreach (var port in plan.Ports.Where(port => !PortOwner.IsFree(IPAddress.Parse(plan.Host), port)))
            {
                throw new FleetException(
                    $"{plan.Name} cannot listen on {plan.Host}:{port}: in use{(PortOwner.Describe(port) is { } owner ? $" by {owner}" : "")}. "
                    + $"Run \"gg down\", or \"gg up --port-base {Another(options.Ports.Api)}\".");
            }
        }
    }

    private static void CheckServers(FleetOptions options)
    {
        if (options.Servers.HasFlag(FleetServers.Redis) && ProgramPath.Find("redis-server") is null)
        {
            throw new FleetException("Redis is not installed: apt-get install redis-server, or start without it: --with names what a fleet brings along.");
        }

        if (options.Servers.HasFlag(FleetServers.Etcd) && ProgramPath.Find("etcd") is null)
        {
            throw new FleetException("etcd is not installed: apt-get install etcd-server, or start without it: --with names what a fleet brings along.");
        }

        if (!options.Servers.HasFlag(FleetServers.Cassandra))
        {
            return;
        }

        if (!OperatingSystem.IsLinux())
        {
            throw new FleetException("Three Cassandra nodes on one machine need loopback addresses that only Linux has without being told.");
        }

        if (CassandraHome.Missing(options.CassandraHome) is { } missing)
        {
            throw new FleetException(missing);
        }
    }

    private static int Another(int portBase) =>
        Enumerable.Range(1, 20).Select(n => portBase + n * 1000).FirstOrDefault(candidate => candidate <= FleetPorts.BaseMax && PortOwner.IsFree(candidate), FleetPorts.DefaultBase);
}
