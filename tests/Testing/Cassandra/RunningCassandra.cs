using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using GlobalGateway.LocalFleet.Cassandra;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Processes;

namespace GlobalGateway.Testing.Cassandra;

/// <summary>One real Cassandra node, which a test may kill, hang and start again.</summary>
public sealed class RunningCassandra : IDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private const int LinesShown = 15;

    private readonly ProcessPlan _plan;
    private FleetProcess? _process;

    internal RunningCassandra(CassandraNode node)
    {
        Node = node;
        var plan = node.Plan();
        // A user to log in as is made at once, not after ten seconds.
        _plan = plan with { Environment = new Dictionary<string, string>(plan.Environment) { ["JVM_EXTRA_OPTS"] = "-Dcassandra.superuser_setup_delay_ms=0" } };
    }

    public CassandraNode Node { get; }

    public IPEndPoint Address => new(IPAddress.Parse(Node.Address), CassandraNode.CqlPort);

    /// <summary><c>host:port</c>, as sessions take it.</summary>
    public string ContactPoint => Address.ToString();

    public string Datacenter => Node.DataCenter;

    public int ProcessId => Process.Identity.Pid;

    private FleetProcess Process => _process ?? throw new InvalidOperationException($"{Node.Name} was never started.");

    /// <summary>As a power cut.</summary>
    public async Task KillAsync() => await Process.KillAsync();

    /// <summary>It keeps its connections and answers nothing.</summary>
    public void Stop() => ProcessTable.Pause(Process.Identity);

    public void Continue() => ProcessTable.Resume(Process.Identity);

    /// <summary>As an operator would: it writes down what it has, then ends.</summary>
    public async Task StopAsync()
    {
        Continue();
        await Process.StopAsync(StopMax);
    }

    /// <summary>Starts it again on its data; ends it first when it runs.</summary>
    public async Task RestartAsync(CancellationToken cancel)
    {
        if (!Process.HasExited)
        {
            await StopAsync();
        }

        Process.Dispose();
        await LaunchAsync();
        await WaitForClientsAsync(cancel);
    }

    /// <summary>Ends it at once.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _process, null) is { } process)
        {
            ProcessTable.Kill(process.Identity);
            process.WaitForExitAsync().Wait(StopMax);
            process.Dispose();
        }
    }

    internal async Task LaunchAsync()
    {
        CassandraNodeFiles.Write(_plan);
        _process = await FleetProcess.StartAsync(_plan, detached: false);
    }

    /// <summary>Others can find it: now the next one may be started.</summary>
    internal Task WaitForNodesAsync(CancellationToken cancel) => WaitAsync(CassandraNode.StoragePort, "listened for other nodes", cancel);

    /// <summary>It opens this port last of all.</summary>
    internal Task WaitForClientsAsync(CancellationToken cancel) => WaitAsync(CassandraNode.CqlPort, "served clients", cancel);

    private async Task WaitAsync(int port, string what, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        while (!await ListensAsync(port, cancel))
        {
            if (Process.HasExited || watch.Elapsed > StartMax)
            {
                var end = Process.HasExited ? "ended before it" : $"has not, within {StartMax.TotalSeconds:0} s,";
                throw new InvalidOperationException($"{Node.Name} at {Node.Address} {end} {what}. Its last lines:\n{string.Join('\n', File.ReadLines(_plan.LogFile).TakeLast(LinesShown))}");
            }

            await Task.Delay(LookEvery, cancel);
        }
    }

    private async Task<bool> ListensAsync(int port, CancellationToken cancel)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(Address.Address, port, cancel);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
