using System.Diagnostics;
using System.Globalization;

namespace GlobalGateway.Testing.Redis;

/// <summary>A real redis-server on a free loopback port with a folder of its own, ended and deleted with the fixture.</summary>
public sealed class RedisServer : IDisposable
{
    private readonly string? _file;
    private readonly List<string> _arguments;
    private Process _process;

    private RedisServer(int port, string folder, string? file, List<string> arguments)
    {
        (Port, Folder, _file, _arguments) = (port, folder, file, arguments);
        _process = Launch();
    }

    /// <summary>Why there is no server here; absent when there is one.</summary>
    public static string? Missing => RedisTools.Missing("redis-server");

    public int Port { get; }

    /// <summary><c>host:port</c>.</summary>
    public string Endpoint => $"127.0.0.1:{Port}";

    /// <summary>Its data, its configuration files, its log.</summary>
    public string Folder { get; }

    public int ProcessId => _process.Id;

    /// <summary>What every command of this fixture has to say before it is let in: <c>--user x --pass y --tls …</c>.</summary>
    public IReadOnlyList<string> Credentials { get; set; } = [];

    /// <summary>Starts one without persistence; later arguments win over earlier ones.</summary>
    /// <param name="arguments">As on redis-server's command line: <c>--replicaof</c>, <c>127.0.0.1 7000</c>.</param>
    public static async Task<RedisServer> StartAsync(CancellationToken cancel, params string[] arguments) =>
        await StartAsync(Directory.CreateTempSubdirectory("gg-redis-").FullName, FreePorts.Next(), [], arguments, cancel);

    /// <param name="credentials">See <see cref="Credentials"/>.</param>
    /// <param name="file">A configuration file; arguments win over it.</param>
    public static async Task<RedisServer> StartAsync(string folder, int port, IReadOnlyList<string> credentials, IReadOnlyList<string> arguments, CancellationToken cancel, string? file = null)
    {
        var server = new RedisServer(port, folder, file, [.. arguments]) { Credentials = credentials };
        try
        {
            await server.WaitAsync(cancel);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Runs a command by redis-cli and returns what it prints; refusals begin with their name, such as <c>NOPERM</c>.</summary>
    public Task<string> CommandAsync(params string[] words) => RedisTools.CliAsync(Port, Credentials, words);

    /// <summary>One field of <c>INFO</c>.</summary>
    public async Task<string> InfoAsync(string section, string field) =>
        (await CommandAsync("INFO", section)).Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.StartsWith(field + ":", StringComparison.Ordinal))?[(field.Length + 1)..] ?? "";

    /// <summary>How often a command was called at this server.</summary>
    public async Task<long> CallsAsync(string command)
    {
        var stat = await InfoAsync("commandstats", "cmdstat_" + command);
        return stat.Length == 0 ? 0 : long.Parse(stat.Split(',')[0]["calls=".Length..], CultureInfo.InvariantCulture);
    }

    /// <summary>Stops it from doing anything, connections included, until <see cref="Continue"/>.</summary>
    public void Pause() => RedisTools.Signal("STOP", ProcessId);

    public void Continue() => RedisTools.Signal("CONT", ProcessId);

    /// <summary>Ends the server at once, as a crash would.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
    }

    /// <summary>Starts it again on the same port and folder, once it was killed.</summary>
    public async Task StartAgainAsync(CancellationToken cancel)
    {
        Kill();
        _process.Dispose();
        _process = Launch();
        await WaitAsync(cancel);
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private Process Launch() => RedisTools.Launch(
        "redis-server",
        [.. (string[])(_file is null ? [] : [_file]), "--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", Folder, "--logfile", Path.Combine(Folder, "log"), .. _arguments]);

    private Task WaitAsync(CancellationToken cancel) => Eventually.HoldsAsync(
        async () => _process.HasExited
            ? throw new InvalidOperationException($"redis-server ended: {await File.ReadAllTextAsync(Path.Combine(Folder, "log"), cancel)}")
            : (await CommandAsync("PING")).StartsWith("PONG", StringComparison.Ordinal),
        $"redis-server answers on port {Port}");
}
