using System.Globalization;
using GlobalGateway.LocalFleet;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Ports;
using GlobalGateway.LocalFleet.Processes;

namespace GlobalGateway.Bench.Targets;

/// <summary>Starts the upstream and the proxies before it, each as its own process, in a folder that is deleted afterwards.</summary>
internal sealed class TargetStarter(string folder, string repository)
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(30);
    private static readonly string Self = typeof(TargetStarter).Assembly.Location;

    public async Task<BenchTarget> UpstreamAsync()
    {
        var port = FreePort();
        return await StartAsync("upstream", port, Self, ["upstream", "--listen", Http(port)]);
    }

    public async Task<BenchTarget> YarpAsync(int upstream)
    {
        var port = FreePort();
        return await StartAsync("yarp", port, Self, ["yarp-proxy", "--listen", Http(port), "--upstream", Http(upstream)]);
    }

    public async Task<BenchTarget> NginxAsync(int upstream)
    {
        var program = NginxConfig.FindProgram() ?? throw new FleetException("nginx is not installed. Run \"sudo apt-get install nginx\", then this again.");
        var port = FreePort();
        var home = Path.Combine(folder, "nginx");
        Directory.CreateDirectory(home);
        var config = Path.Combine(home, "nginx.conf");
        await File.WriteAllTextAsync(config, NginxConfig.Text(home, port, upstream));
        return await StartAsync("nginx", port, program, ["-p", home, "-c", config, "-e", Path.Combine(home, "error.log")], hasChildren: true);
    }

    /// <summary>A control plane and one edge with tenancy, limits, breakers, metering and the access log on.</summary>
    /// <param name="budgets">That govern every request.</param>
    public async Task<BenchTarget> EdgeAsync(int upstream, string name = "edge", int budgets = 1)
    {
        var home = Path.Combine(folder, name);
        var config = Path.Combine(home, "config");
        Directory.CreateDirectory(config);
        await File.WriteAllTextAsync(Path.Combine(config, "bench.yaml"), EdgeConfig.Text(upstream, budgets));
        var options = RepositoryFleet.Options(repository) with
        {
            StateDirectory = Path.Combine(home, "state"),
            ConfigDirectory = config,
            Regions = ["bench"],
            Ports = FleetPorts.Free(edges: 1),
            Simulator = false,
            CredentialHosts = ["127.0.0.1"],
        };
        var fleet = await Fleet.StartAsync(options);
        try
        {
            await fleet.WaitReadyAsync(ReadyLimit);
            return new BenchTarget(name, options.Ports.Edges[0].Public, fleet.Process("bench"), fleet) { ManagementPort = options.Ports.Edges[0].Management };
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    private async Task<BenchTarget> StartAsync(string name, int port, string program, string[] arguments, bool hasChildren = false)
    {
        var process = await FleetProcess.StartAsync(
            new ProcessPlan
            {
                Name = name,
                Role = PartRole.Simulator,
                Program = program,
                Arguments = arguments,
                HasChildren = hasChildren,
                LogFile = Path.Combine(folder, $"{name}.log"),
                Ports = [port],
                Ready = new Uri(Http(port)),
            },
            detached: false);
        for (var waited = TimeSpan.Zero; PortOwner.IsFree(port); waited += TimeSpan.FromMilliseconds(50))
        {
            if (process.HasExited || waited > ReadyLimit)
            {
                throw new FleetException(process.HasExited ? process.DescribeEnd() : $"{name} does not listen on {port}.");
            }

            await Task.Delay(50);
        }

        return new BenchTarget(name, port, process);
    }

    private static int FreePort() => FleetPorts.Free(edges: 0).Simulator;

    private static string Http(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
}
