using System.Diagnostics;

namespace GlobalGateway.Testing.Redis;

/// <summary>Three Sentinels, two of which must agree, that watch one master and its replicas.</summary>
public sealed class RedisSentinels : IDisposable
{
    /// <summary>The master's name at the Sentinels.</summary>
    public const string Master = "gg";

    private readonly List<(Process Process, string Folder, int Port)> _sentinels = [];

    private RedisSentinels()
    {
    }

    public IReadOnlyList<string> Endpoints => [.. _sentinels.Select(sentinel => $"127.0.0.1:{sentinel.Port}")];

    /// <param name="lines">More lines of each one's configuration, such as the master's password.</param>
    public static async Task<RedisSentinels> StartAsync(RedisServer master, CancellationToken cancel, params string[] lines)
    {
        var sentinels = new RedisSentinels();
        try
        {
            for (var i = 0; i < 3; i++)
            {
                var (folder, port) = (Directory.CreateTempSubdirectory("gg-sentinel-").FullName, FreePorts.Next());
                var file = Path.Combine(folder, "sentinel.conf");
                string[] all =
                [
                    $"port {port}", "bind 127.0.0.1", $"dir {folder}", $"sentinel monitor {Master} 127.0.0.1 {master.Port} 2",
                    $"sentinel down-after-milliseconds {Master} 500", $"sentinel failover-timeout {Master} 3000", .. lines,
                ];
                await File.WriteAllLinesAsync(file, all, cancel);
                sentinels._sentinels.Add((RedisTools.Launch("redis-server", [file, "--sentinel"]), folder, port));
            }

            foreach (var sentinel in sentinels._sentinels)
            {
                // Both other Sentinels, and a replica: before that nobody is elected and nobody can be promoted.
                await Eventually.HoldsAsync(
                    async () =>
                    {
                        var known = await RedisTools.CliAsync(sentinel.Port, [], ["SENTINEL", "MASTER", Master]);
                        return Field(known, "num-other-sentinels") == "2" && Field(known, "num-slaves") is not ("" or "0");
                    },
                    "the Sentinels know each other and a replica");
            }

            return sentinels;
        }
        catch
        {
            sentinels.Dispose();
            throw;
        }
    }

    /// <summary>The master's port, as the first Sentinel knows it.</summary>
    public async Task<string> MasterPortAsync() =>
        (await RedisTools.CliAsync(_sentinels[0].Port, [], ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", Master])).Split('\n').Last().Trim();

    /// <summary>Runs a command at the first one.</summary>
    public Task<string> CommandAsync(params string[] words) => RedisTools.CliAsync(_sentinels[0].Port, [], words);

    public void Dispose()
    {
        foreach (var (process, folder, _) in _sentinels)
        {
            if (!process.HasExited)
            {
                process.Kill();
                process.WaitForExit();
            }

            process.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Field(string lines, string name)
    {
        var all = lines.Split('\n');
        var at = Array.IndexOf(all, name);
        return at < 0 ? "" : all[at + 1].Trim();
    }
}
