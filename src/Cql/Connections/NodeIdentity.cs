using System.Net;

namespace GlobalGateway.Cql.Connections;

/// <summary>What a node or one that knows it says of it.</summary>
/// <param name="Address">Where it serves clients.</param>
internal sealed record NodeIdentity(Guid HostId, string Datacenter, IPEndPoint Address);
