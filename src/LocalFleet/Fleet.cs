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

    /// <summary>Where clients of that region connect.</summary>
    public Uri EdgeAddress(string region) => new($"http://127.0.0.1:{PlanOf(region).Ports[0]}");

    public Uri EdgeManagement(string region) => new($"http://127.0.0.1:{PlanOf(region).Ports[1]}");

    /// <summary>Starts every process at once and returns without waiting for them to be ready.</summary>
    /// <exception cref="FleetException">A port is taken, a program is not built, or a fleet of that folder is up.</exception>
    public static async Task<Fleet> StartAsync(FleetOptions options)
    {
        var fleet = new Fleet(options);
        FleetPreconditions.Check(options, fleet.Plans);
        FleetFiles.Write(options, fleet.Plans);
        fleet._startedAt = DateTimeOffset.UtcNow;
        await Task.WhenAll(fleet.Plans.Select(fleet.StartAsync));
        fleet.Record();
        return fleet;
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

    /// <summary>Asks every process to end, waits, and forgets the fleet.</summary>
    /// <returns>The names of those that had to be ended.</returns>
    public async Task<IReadOnlyList<string>> StopAsync(TimeSpan? patience = null)
    {
        var processes = Processes;
        var stopped = await Task.WhenAll(processes.Select(process => process.StopAsync(patience ?? StopPatience)));
        File.Delete(_paths.Record);
        return [.. processes.Where((_, index) => !stopped[index]).Select(process => process.Plan.Name)];
    }

    public async ValueTask DisposeAsync()
    {
        if (!Options.Detached)
        {
            await Task.WhenAll(Processes.Where(process => !process.HasExited).Select(process => process.KillAsync()));
            File.Delete(_paths.Record);
        }

        foreach (var process in Processes)
        {
            process.Dispose();
        }
    }

    private ProcessPlan PlanOf(string name) => Plans.Single(plan => plan.Name == name);

    private async Task StartAsync(ProcessPlan plan)
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

    private void Record() => new FleetRecord
    {
        StartedAt = _startedAt,
        ReadyAt = _readyAt,
        Owner = Options.Detached ? null : ProcessIdentity.Current,
        ConfigDirectory = Options.ConfigDirectory,
        Simulated = Options.Simulator,
        Processes = [.. Plans.Select(plan => new RecordedProcess
        {
            Name = plan.Name,
            Role = plan.Role,
            Region = plan.Region,
            Identity = Process(plan.Name).Identity,
            Ports = plan.Ports,
            LogFile = plan.LogFile,
        })],
    }.Write(_paths);
}
