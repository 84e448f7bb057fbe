using System.Net;
using System.Net.Sockets;
using GlobalGateway.LocalFleet.Ports;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.LocalFleet;

public class PortOwnerTests
{
    [Fact]
    public void Describe_PortHeldHere_NamesThisProcess()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        PortOwner.IsFree(port).ShouldBeFalse();
        PortOwner.Describe(port).ShouldBe($"pid {Environment.ProcessId} (dotnet Unit)");
    }

    [Fact]
    public void Free_ManyPorts_AreAllDifferent()
    {
        var ports = FleetPorts.Free(edges: 3);
        int[] all = [ports.Api, ports.Fleet, ports.Simulator, .. ports.Edges.SelectMany(edge => new[] { edge.Public, edge.Management })];

        all.ShouldBeUnique();
    }
}
