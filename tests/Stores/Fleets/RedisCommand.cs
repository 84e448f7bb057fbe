using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GlobalGateway.Stores.Fleets;

/// <summary>One command to a Redis of the fleet, over a connection of its own.</summary>
internal static class RedisCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <returns>What it answered: a status, a number, or the text of a bulk.</returns>
    public static async Task<string> AskAsync(int port, string command)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, patience.Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), patience.Token);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var first = await reader.ReadLineAsync(patience.Token) ?? throw new IOException($"Redis on {port} said nothing to {command}");
        if (first[0] != '$')
        {
            return first[0] == '-' ? throw new IOException($"{command}: {first}") : first[1..];
        }

        var text = new char[int.Parse(first.AsSpan(1), CultureInfo.InvariantCulture)];
        var read = await reader.ReadBlockAsync(text, patience.Token);
        return new string(text, 0, read);
    }

    /// <summary>How often each command was called at this server, by its name.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> CallsAsync(int port)
    {
        // cmdstat_evalsha:calls=21,usec=…
        const string prefix = "cmdstat_";
        return (await AskAsync(port, "INFO commandstats")).Split('\n').Where(line => line.StartsWith(prefix, StringComparison.Ordinal))
            .Select(line => line[prefix.Length..].Split(":calls="))
            .ToDictionary(parts => parts[0], parts => long.Parse(parts[1].Split(',')[0], CultureInfo.InvariantCulture));
    }
}
