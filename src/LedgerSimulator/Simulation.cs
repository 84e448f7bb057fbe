using System.Diagnostics;

namespace GlobalGateway.LedgerSimulator;

/// <summary>Runs histories on all processors until one breaks an invariant or all are done.</summary>
public static class Simulation
{
    public const int StepsDefault = 160;

    /// <param name="progress">Called now and then with the histories done.</param>
    public static SimulationReport Run(SimulationOptions options, Action<long>? progress = null, CancellationToken cancel = default)
    {
        var begun = Stopwatch.GetTimestamp();
        var (next, done, steps) = (-1L, 0L, 0L);
        Failure? first = null;
        var gate = new Lock();
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            while (!cancel.IsCancellationRequested && Volatile.Read(ref first) is null && Interlocked.Increment(ref next) is var i && i < options.Histories)
            {
                var seed = options.Seed + (ulong)i;
                var ran = RunOne(seed, options, Faults.All, null, out var world);
                Interlocked.Add(ref steps, world?.Steps ?? 0);
                if (ran is not null)
                {
                    lock (gate)
                    {
                        if (first is null || seed < first.Seed)
                        {
                            first = new Failure(seed, ran.Invariant, ran.Message, []);
                        }
                    }
                }

                if (Interlocked.Increment(ref done) % 250 == 0)
                {
                    progress?.Invoke(Volatile.Read(ref done));
                }
            }
        });
        progress?.Invoke(done);
        var took = Stopwatch.GetElapsedTime(begun);
        return new SimulationReport(done, steps, done / Math.Max(took.TotalSeconds, 1e-9), options.Seed, first is null ? null : Smallest(first, options));
    }

    // Fewer kinds of faults and fewer steps, as long as the same invariant breaks.
    private static Failure Smallest(Failure failure, SimulationOptions options)
    {
        var faults = Faults.All;
        var best = Try(failure.Seed, options, faults) ?? failure;
        for (var bit = 0; bit < 15; bit++)
        {
            var fewer = faults & ~(Faults)(1 << bit);
            if (Try(failure.Seed, options, fewer) is { } smaller && smaller.Invariant == failure.Invariant && smaller.Trace.Count <= best.Trace.Count)
            {
                (best, faults) = (smaller, fewer);
            }
        }

        for (var steps = options.Steps / 2; steps >= 10; steps -= 10)
        {
            if (Try(failure.Seed, options with { Steps = steps }, faults) is { } shorter && shorter.Invariant == failure.Invariant && shorter.Trace.Count < best.Trace.Count)
            {
                best = shorter;
            }
        }

        return best;
    }

    private static Failure? Try(ulong seed, SimulationOptions options, Faults faults)
    {
        var trace = new List<string>();
        return RunOne(seed, options, faults, trace, out _) is { } violation ? new Failure(seed, violation.Invariant, violation.Message, trace) : null;
    }

    private static ViolationException? RunOne(ulong seed, SimulationOptions options, Faults faults, List<string>? trace, out World? world)
    {
        world = null;
        try
        {
            world = new World(seed, options.Mutant, faults, trace);
            world.Run(options.Steps);
            return null;
        }
        catch (ViolationException violation)
        {
            return violation;
        }
    }
}

/// <param name="Seed">Of the first history; each next one has the next seed.</param>
public sealed record SimulationOptions(long Histories, ulong Seed, int Steps = Simulation.StepsDefault, Mutant Mutant = Mutant.None);

/// <param name="Failure">The failing history with the lowest seed that was found; null when none failed.</param>
public sealed record SimulationReport(long Histories, long Steps, double HistoriesPerSecond, ulong Seed, Failure? Failure);

/// <summary>A history that broke an invariant.</summary>
public sealed record Failure(ulong Seed, string Invariant, string Message, IReadOnlyList<string> Trace);
