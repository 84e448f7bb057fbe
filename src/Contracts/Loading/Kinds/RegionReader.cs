using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Loading.Kinds;

internal static class RegionReader
{
    public static Region Read(ResourceHeader header, SpecReader r) => new()
    {
        Name = header.Name,
        Labels = header.Labels,
        Addresses = r.Texts("addresses", Forms.Address(), max: 64),
        Capacity = r.Object("capacity", Capacity, new RegionCapacity()),
        Clients = r.Texts("clients", Forms.Cidr(), max: 10_000),
        Peers = r.References("peers", nameof(Region), max: 64),
    };

    private static RegionCapacity Capacity(SpecReader r) => new()
    {
        RequestsPerSecond = r.Value("requestsPerSecond", Forms.Count(0), 0),
        Streams = r.Value("streams", Forms.Count(0), 0),
    };
}
