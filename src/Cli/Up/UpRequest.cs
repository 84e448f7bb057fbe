using GlobalGateway.LocalFleet.Planning;

namespace GlobalGateway.Cli.Up;

/// <summary>What the caller of <c>gg up</c> asked for.</summary>
internal sealed record UpRequest(int PortBase, bool Detach, string StateDirectory, bool RealProviders, string? ConfigDirectory, FleetServers Servers);
