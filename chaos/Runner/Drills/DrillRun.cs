using System.Diagnostics;
using GlobalGateway.Chaos.Experiments;
using GlobalGateway.Chaos.Traffic;

namespace GlobalGateway.Chaos.Drills;

/// <summary>Runs one experiment: steady state, action, rollback whatever happened, steady state.</summary>
public sealed class DrillRun(Experiment experiment, IDrillFleet fleet, SteadyTraffic traffic, TimeSpan observe, Action<DrillEvent> tell)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<DrillEvent> _events = [];

    public async Task<DrillReport> RunAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var running = traffic.RunAsync(stop.Token);
        var phases = new List<DrillPhase>();
        try
        {
            phases.Add(await ObserveAsync("before", observe, cancellation));
            if (phases[0].Held)
            {
                phases.Add(await ActAsync(cancellation));
                phases.Add(await ObserveAsync("after", observe, cancellation));
            }
        }
        finally
        {
            await stop.CancelAsync();
            await running;
        }

        return new DrillReport(experiment, phases, _events);
    }

    private async Task<DrillPhase> ActAsync(CancellationToken cancellation)
    {
        var undo = new Stack<Func<Task>>();
        try
        {
            foreach (var action in experiment.Actions)
            {
                undo.Push(await DoAsync(action, cancellation));
            }

            return await ObserveAsync("during", experiment.For, cancellation);
        }
        finally
        {
            await RollBackAsync(undo);
        }
    }

    private async Task<Func<Task>> DoAsync(DrillAction action, CancellationToken cancellation)
    {
        switch (action)
        {
            case FaultAction fault:
                var id = await fleet.AddFaultAsync(fault.Rule, cancellation);
                Tell("action", $"fault {fault.Rule}");
                return () => fleet.RemoveFaultAsync(id);
            case KillAction kill:
                await fleet.KillAsync(kill.Process);
                Tell("action", $"{kill.Process} killed");
                return () => fleet.StartAgainAsync(kill.Process);
            case StopAction stop:
                await fleet.StopAsync(stop.Process);
                Tell("action", $"{stop.Process} drained and ended");
                return () => fleet.StartAgainAsync(stop.Process);
            default:
                throw new InvalidOperationException($"no action {action.GetType().Name}");
        }
    }

    /// <summary>Every action is undone, also when undoing another one failed; the first failure is then told.</summary>
    private async Task RollBackAsync(Stack<Func<Task>> undo)
    {
        Exception? first = null;
        while (undo.TryPop(out var one))
        {
            try
            {
                await one();
            }
            catch (Exception e)
            {
                first ??= e;
            }
        }

        Tell("rollback", first is null ? "everything is undone" : $"not everything could be undone: {first.Message}");
        if (first is not null)
        {
            throw new DrillException($"{experiment.Name}: rollback failed: {first.Message}");
        }
    }

    private async Task<DrillPhase> ObserveAsync(string name, TimeSpan time, CancellationToken cancellation)
    {
        traffic.Take();
        await Task.Delay(time, cancellation);
        var phase = new DrillPhase(name, traffic.Take(), experiment.SteadyState);
        Tell(name == "during" ? "under it" : "steady", phase.ToString());
        return phase;
    }

    private void Tell(string what, string text)
    {
        var happened = new DrillEvent(Stopwatch.GetElapsedTime(_started), what, text);
        _events.Add(happened);
        tell(happened);
    }
}
