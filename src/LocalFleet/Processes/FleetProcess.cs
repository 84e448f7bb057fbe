using System.Diagnostics;
using GlobalGateway.LocalFleet.Planning;

namespace GlobalGateway.LocalFleet.Processes;

/// <summary>One running part of the fleet.</summary>
public sealed class FleetProcess : IDisposable
{
    private readonly Process _process;
    private readonly Stopwatch _age = Stopwatch.StartNew();
    private volatile bool _stopping;

    private FleetProcess(ProcessPlan plan, Process process)
    {
        Plan = plan;
        _process = process;
        Identity = new ProcessIdentity(process.Id, ProcessTable.StartMark(process.Id) ?? 0);
    }

    public ProcessPlan Plan { get; }
    public ProcessIdentity Identity { get; }
    public TimeSpan Age => _age.Elapsed;
    public bool HasExited => _process.HasExited;

    /// <summary>It did all it was started for.</summary>
    public bool Succeeded => HasExited && _process.ExitCode == 0;

    /// <summary>It ended without having been told to.</summary>
    public bool HasCrashed => HasExited && !_stopping;

    public static async Task<FleetProcess> StartAsync(ProcessPlan plan, bool detached) =>
        new(plan, await ProcessLauncher.StartAsync(plan, detached));

    public Task WaitForExitAsync(CancellationToken cancellation = default) => _process.WaitForExitAsync(cancellation);

    /// <summary>Ends it at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        _stopping = true;
        ProcessTable.Kill(Identity);
        await _process.WaitForExitAsync();
    }

    /// <summary>It answers nobody until it is resumed.</summary>
    public void Pause() => ProcessTable.Pause(Identity);

    public void Resume() => ProcessTable.Resume(Identity);

    /// <summary>Asks it to finish what it has; after <paramref name="patience"/> it is ended.</summary>
    /// <returns>Whether it ended by itself.</returns>
    public async Task<bool> StopAsync(TimeSpan patience)
    {
        Terminate();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(patience);
            return true;
        }
        catch (TimeoutException)
        {
            await KillAsync();
            return false;
        }
    }

    /// <summary>Asks it to finish what it has and does not wait.</summary>
    public void Terminate()
    {
        _stopping = true;
        ProcessTable.Terminate(Identity);
    }

    /// <summary>One line: how it ended and the last thing it said.</summary>
    public string DescribeEnd()
    {
        var how = _process.ExitCode > 128 ? $"was ended by signal {_process.ExitCode - 128}" : $"ended with code {_process.ExitCode}";
        return $"{Plan.Name} {how} after {Age.TotalSeconds:0} s: {LastLine.WithFile(Plan.LogFile)}";
    }

    public void Dispose() => _process.Dispose();
}
