using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Ports;
using GlobalGateway.LocalFleet.Processes;
using GlobalGateway.LocalFleet.Records;

namespace GlobalGateway.LocalFleet;

/// <summary>A whole fleet as processes of this machine: start it, break it, stop it.</summary>
public sealed class Fleet : IAsyncDisposable
{
    public static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(70);

    private readonly FleetPaths _paths;
    private readonly Dictionary<string, FleetProcess> _processes = [];
    private DateTimeOffset _startedAt;
    private DateTimeOffset? _readyAt;
    private readonly Lock _gate = new();

    private Fleet(FleetOptions options)
    {
        Options = options;
        Plans = FleetPlan.Make(options);
        _paths = new FleetPaths(options.StateDirectory);
    }

    public FleetOptions Options { get; }
    public IReadOnlyList<ProcessPlan> Plans { get; }

    /// <summary>The bearer token of every admin API of this fleet.</summary>
    public string AdminToken => File.ReadAllText(_paths.AdminToken).Trim();

    public Uri ControlPlaneAddress => new($"http://127.0.0.1:{Options.Ports.Api}");

    /// <summary>The API of one of several control planes.</summary>
    public Uri PlaneAddress(string name) => new($"http://127.0.0.1:{PlanOf(name).Port}");

    public Uri SimulatorAddress => new($"http://127.0.0.1:{Options.Ports.Simulator}");

    public IReadOnlyList<FleetProcess> Processes
    {
        get
        {
            lock (_gate)
            {
                return [.. _processes.Values];
            }
        }
    }

    /// <summary>Where clients of that region connect, at its first edge or another.</summary>
    public Uri EdgeAddress(string region, int number = 1) => new($"http://127.0.0.1:{PlanOf(FleetPlan.EdgeProcess(region, number)).Ports[0]}");

    public Uri EdgeManagement(string region, int number = 1) => new($"http://127.0.0.1:{PlanOf(FleetPlan.EdgeProcess(region, number)).Ports[1]}");

    /// <summary>
    /// Starts every process at once and returns without waiting for them to be ready; with servers, edges only once those are ready and
    /// have the ledger's tables.
    /// </summary>
    /// <param name="say">Told what a start with servers waits for.</param>
    /// <exception cref="FleetException">A port is taken, a program is not built, a server does not start, or a fleet of that folder is up.</exception>
    public static async Task<Fleet> StartAsync(FleetOptions options, Action<string>? say = null, CancellationToken cancellation = default)
    {
        var fleet = new Fleet(options);
        FleetPreconditions.Check(options, fleet.Plans);
        FleetFiles.Write(options, fleet.Plans);
        fleet._startedAt = DateTimeOffset.UtcNow;
        if (options.Servers == FleetServers.None)
        {
            await Task.WhenAll(fleet.Plans.Select(fleet.StartAsync));
            fleet.Record();
            return fleet;
        }

        try
        {
            await Task.WhenAll(fleet.Plans.Where(plan => plan.Role is not (PartRole.Edge or PartRole.Cassandra)).Select(fleet.StartAsync));
            fleet.Record();
            await new ServerStart(fleet, say ?? (static _ => { })).RunAsync(cancellation);
            await Task.WhenAll(fleet.Plans.Where(plan => plan.Role == PartRole.Edge).Select(fleet.StartAsync));
            fleet.Record();
            return fleet;
        }
        catch
        {
            await fleet.KillAllAsync();
            throw;
        }
    }

    public FleetProcess Process(string name)
    {
        lock (_gate)
        {
            return _processes[name];
        }
    }

    /// <summary>Waits until each process, or only the named one, can do its work.</summary>
    /// <exception cref="FleetException">One ended or took too long; says which and its last line.</exception>
    public async Task WaitReadyAsync(TimeSpan limit, string? name = null, CancellationToken cancellation = default)
    {
        await Readiness.WaitAsync(name is null ? Processes : [Process(name)], limit, cancellation);
        if (name is null && _readyAt is null)
        {
            _readyAt = DateTimeOffset.UtcNow;
            Record();
        }
    }

    /// <summary>Ends one process as a power cut would.</summary>
    public Task KillAsync(string name) => Process(name).KillAsync();

    /// <summary>Asks one process to drain and end.</summary>
    public Task<bool> StopAsync(string name, TimeSpan? patience = null) => Process(name).StopAsync(patience ?? StopPatience);

    /// <summary>Starts one process again with the settings it had; ends it first when it still runs.</summary>
    public async Task RestartAsync(string name)
    {
        if (!Process(name).HasExited)
        {
            await StopAsync(name);
        }

        await StartAsync(PlanOf(name));
        Record();
    }

    /// <summary>Asks every process to end, the servers after those that use them; waits, and forgets the fleet.</summary>
    /// <returns>The names of those that had to be ended.</returns>
    public async Task<IReadOnlyList<string>> StopAsync(TimeSpan? patience = null)
    {
        var cutOff = new List<string>();
        foreach (var processes in Processes.GroupBy(process => process.Plan.Role.IsServer()).OrderBy(group => group.Key).Select(group => group.ToArray()))
        {
            var stopped = await Task.WhenAll(processes.Select(process => process.StopAsync(patience ?? StopPatience)));
            cutOff.AddRange(processes.Where((_, index) => !stopped[index]).Select(process => process.Plan.Name));
        }

        File.Delete(_paths.Record);
        return cutOff;
    }

    public async ValueTask DisposeAsync()
    {
        if (!Options.Detached)
        {
            await KillAllAsync();
        }

        foreach (var process in Processes)
        {
            process.Dispose();
        }
    }

    private bool IsStarted(ProcessPlan plan)
    {
        lock (_gate)
        {
            return _processes.ContainsKey(plan.Name);
        }
    }

    private ProcessPlan PlanOf(string name) => Plans.Single(plan => plan.Name == name);

    private async Task KillAllAsync()
    {
        await Task.WhenAll(Processes.Where(process => !process.HasExited).Select(process => process.KillAsync()));
        File.Delete(_paths.Record);
    }

    internal async Task StartAsync(ProcessPlan plan)
    {
        var process = await FleetProcess.StartAsync(plan, Options.Detached);
        lock (_gate)
        {
            if (_processes.Remove(plan.Name, out var former))
            {
                former.Dispose();
            }

            _processes[plan.Name] = process;
        }
    }

    internal void Record() => new FleetRecord
    {
        StartedAt = _startedAt,
        ReadyAt = _readyAt,
        Owner = Options.Detached ? null : ProcessIdentity.Current,
        ConfigDirectory = Options.ConfigDirectory,
        Simulated = Options.Simulator,
        Processes = [.. Plans.Where(IsStarted).Select(plan => new RecordedProcess
        {
            Name = plan.Name,
            Role = plan.Role,
            Region = plan.Region,
            Identity = Process(plan.Name).Identity,
            Host = plan.Host,
            Ports = plan.Ports,
            LogFile = plan.LogFile,
        })],
    }.Write(_paths);
}
