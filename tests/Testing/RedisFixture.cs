using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GlobalGateway.Testing;

/// <summary>A real redis-server on a free loopback port, without persistence, ended with the fixture.</summary>
public sealed class RedisFixture : IDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(10);

    private readonly Process _process;

    private RedisFixture(Process process, int port)
    {
        _process = process;
        Configuration = $"127.0.0.1:{port}";
    }

    /// <summary>Why there is no server here; absent when there is one.</summary>
    public static string? Missing => Find() is null ? "redis-server is not installed: apt-get install redis-server" : null;

    /// <summary>StackExchange.Redis configuration text.</summary>
    public string Configuration { get; }

    public int ProcessId => _process.Id;

    public static async Task<RedisFixture> StartAsync(CancellationToken cancellation)
    {
        var port = FreePorts.Next();
        var start = new ProcessStartInfo(Find() ?? throw new InvalidOperationException(Missing))
        {
            RedirectStandardOutput = true,
            ArgumentList = { "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no" },
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        var fixture = new RedisFixture(process, port);
        var deadline = Stopwatch.StartNew();
        while (!await AnswersAsync(port, cancellation))
        {
            if (deadline.Elapsed > StartMax || process.HasExited)
            {
                fixture.Dispose();
                throw new InvalidOperationException($"redis-server did not answer on port {port} within {StartMax.TotalSeconds} s");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellation);
        }

        return fixture;
    }

    /// <summary>Ends the server at once, as a crash would.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Append("/usr/local/bin")
            .Select(d => Path.Combine(d, "redis-server")).FirstOrDefault(File.Exists);

    private static async Task<bool> AnswersAsync(int port, CancellationToken cancellation)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
            await client.GetStream().WriteAsync("PING\r\n"u8.ToArray(), cancellation);
            var reply = new byte[16];
            var read = await client.GetStream().ReadAsync(reply, cancellation);
            return Encoding.ASCII.GetString(reply, 0, read).StartsWith("+PONG", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }
}
