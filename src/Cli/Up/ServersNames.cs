using System.CommandLine.Parsing;
using GlobalGateway.LocalFleet.Planning;

namespace GlobalGateway.Cli.Up;

/// <summary>Reads the servers that a caller names, <c>etcd,redis,cassandra</c>.</summary>
internal static class ServersNames
{
    public static FleetServers Parse(ArgumentResult result)
    {
        var servers = FleetServers.None;
        foreach (var name in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            switch (name)
            {
                case "redis":
                    servers |= FleetServers.Redis;
                    break;
                case "etcd":
                    servers |= FleetServers.Etcd;
                    break;
                case "cassandra":
                    servers |= FleetServers.Cassandra;
                    break;
                default:
                    result.AddError($"--with takes etcd, redis, cassandra or several with commas between, not \"{name}\"");
                    return servers;
            }
        }

        return servers;
    }
}
