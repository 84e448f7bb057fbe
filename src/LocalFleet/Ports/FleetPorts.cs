using System.Globalization;

namespace GlobalGateway.LocalFleet.Ports;

/// <summary>The loopback ports of one fleet.</summary>
public sealed record FleetPorts(int Api, int Fleet, int Simulator, EtcdPorts Etcd, IReadOnlyList<EdgePorts> Edges, IReadOnlyList<ServerPorts> Servers)
{
    public const int DefaultBase = 7400;

    /// <summary>Room between two bases, so that fleets side by side do not meet.</summary>
    public const int Span = 100;

    public const int BaseMax = 65_535 - Span;

    /// <summary>One for each control plane besides the first.</summary>
    public IReadOnlyList<PlanePorts> Standbys { get; init; } = [];

    /// <summary>
    /// The documented scheme: API at the base, fleet +1, simulator +2, etcd +3 and +4, edges at +11/+12, +21/+22, +31/+32 and so on, their servers right after,
    /// what edges give each other at +19, +29, +39. The second edges of all regions follow after the first ones.
    /// </summary>
    /// <param name="edges">First edges: one per region.</param>
    public static FleetPorts FromBase(int portBase, int edges, int edgesPerRegion = 1) => new(
        portBase, portBase + 1, portBase + 2, new EtcdPorts(portBase + 3, portBase + 4),
        [.. Enumerable.Range(1, edges * edgesPerRegion).Select(n => new EdgePorts(portBase + 10 * n + 1, portBase + 10 * n + 2, portBase + 10 * n + 9))],
        [.. Enumerable.Range(1, edges).Select(n => new ServerPorts(portBase + 10 * n + 3, portBase + 10 * n + 4))]);

    /// <summary>The loopback address of a region's Cassandra node: its ports are the same at every node, so each has its own address.</summary>
    /// <remarks>Two fleets have two API ports, so no two of their nodes meet.</remarks>
    public string NodeAddress(int region) => string.Create(CultureInfo.InvariantCulture, $"127.{Api >> 8}.{Api & 255}.{region + 1}");

    /// <summary>Ports that are free now, for fleets that nobody types addresses of.</summary>
    public static FleetPorts Free(int edges, int edgesPerRegion = 1, int standbys = 0)
    {
        return new FleetPorts(FreePorts.Next(), FreePorts.Next(), FreePorts.Next(), new EtcdPorts(FreePorts.Next(), FreePorts.Next()),
            [.. Enumerable.Range(0, edges * edgesPerRegion).Select(_ => new EdgePorts(FreePorts.Next(), FreePorts.Next(), FreePorts.Next()))],
            [.. Enumerable.Range(0, edges).Select(_ => new ServerPorts(FreePorts.Next(), FreePorts.Next()))])
        {
            Standbys = [.. Enumerable.Range(0, standbys).Select(_ => new PlanePorts(FreePorts.Next(), FreePorts.Next()))],
        };
    }
}

/// <summary>Where a control plane serves people, and where edges.</summary>
public sealed record PlanePorts(int Api, int Fleet);

/// <summary>Where etcd serves control planes, and where it would meet other members.</summary>
public sealed record EtcdPorts(int Client, int Peer);

/// <summary>Where one edge serves clients, where it serves its operators, and where it gives other edges what it holds.</summary>
public sealed record EdgePorts(int Public, int Management, int Peer);

/// <summary>Where one region's Redis serves, and where its Cassandra node takes an operator's commands.</summary>
public sealed record ServerPorts(int Redis, int CassandraJmx);
