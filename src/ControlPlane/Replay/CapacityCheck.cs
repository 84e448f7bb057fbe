using System.Globalization;
using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.ControlPlane.Replay;

/// <summary>N+1: with its largest region gone, the fleet as configured must still carry the busiest traffic seen.</summary>
public static class CapacityCheck
{
    /// <param name="peak">The most requests per second of all regions together that were seen; 0 when nothing was.</param>
    /// <returns>What is wrong; nothing when all is well, or when regions do not state their capacity.</returns>
    public static string? Problem(ResourceSet resources, double peak)
    {
        if (peak <= 0 || resources.Regions.Count < 2 || resources.Regions.Any(region => region.Capacity.RequestsPerSecond == 0))
        {
            return null;
        }

        var largest = resources.Regions.MaxBy(region => region.Capacity.RequestsPerSecond)!;
        var rest = resources.Regions.Sum(region => region.Capacity.RequestsPerSecond) - largest.Capacity.RequestsPerSecond;
        return rest >= peak ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"without {largest.Id} the other regions take {rest:#,0} requests/s, and {peak:#,0} were seen in the last hour: raise capacity.requestsPerSecond where it is true, or add capacity first");
    }
}
