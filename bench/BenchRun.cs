using GlobalGateway.Bench.Load;
using GlobalGateway.Bench.Measuring;
using GlobalGateway.Bench.Paced;
using GlobalGateway.Bench.Quota;
using GlobalGateway.Bench.Reports;
using GlobalGateway.Bench.Targets;
using GlobalGateway.LocalFleet;

namespace GlobalGateway.Bench;

/// <summary>Starts upstream and targets, warms them, measures them in turns, reports, and leaves nothing behind.</summary>
internal static class BenchRun
{
    /// <summary>Odd, so that one disturbed round never decides a median.</summary>
    private const int Rounds = 5;
    private const int WarmUpConnections = 32;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(string[] args)
    {
        if (BenchArguments.Parse(args) is not { } wanted)
        {
            return 2;
        }

        var folder = Directory.CreateTempSubdirectory("gg-bench-").FullName;
        try
        {
            var starter = new TargetStarter(folder, RepositoryRoot());
            var quota = wanted.Quota ? await QuotaRun.RunAsync(starter, folder, wanted.Seconds) : null;
            var code = wanted.Scenarios.Count > 0 || wanted.Paced ? await RunAsync(wanted, starter) : 0;
            return quota is { HoldsBounds: false } ? 1 : code;
        }
        catch (FleetException failure)
        {
            await Console.Error.WriteLineAsync($"✗ {failure.Message}");
            return 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> RunAsync(BenchArguments wanted, TargetStarter starter)
    {
        await using var upstream = await starter.UpstreamAsync();
        await using var nginx = await starter.NginxAsync(upstream.Port);
        await using var yarp = await starter.YarpAsync(upstream.Port);
        await using var edge = await starter.EdgeAsync(upstream.Port);
        BenchTarget[] targets = [nginx, yarp, edge];

        await WarmAsync(targets, wanted.Scenarios);
        var results = new List<Measurement>();
        foreach (var scenarios in wanted.Scenarios.GroupBy(scenario => (scenario.Group, scenario.Connections)))
        {
            results.AddRange(await MeasureAsync(targets, [.. scenarios], TimeSpan.FromSeconds(wanted.Seconds)));
        }

        if (results.Count > 0)
        {
            TextReport.Write(Console.Out, results);
        }

        IReadOnlyList<PacedMeasurement> paced = wanted.Paced ? await PacedRun.RunAsync(upstream, yarp, edge, wanted.Seconds) : [];
        if (wanted.JsonFile is not null)
        {
            JsonReport.Write(wanted.JsonFile, results, paced);
        }

        foreach (var wrong in results.Where(result => result.Wrong > 0))
        {
            await Console.Error.WriteLineAsync($"✗ {wrong.Target} {wrong.Scenario.Name}: {wrong.Wrong} wrong answers, the first: {wrong.FirstFailure}");
        }

        return results.Any(result => result.Wrong > 0) || paced.Any(result => result.Missed > 0) ? 1 : 0;
    }

    /// <summary>What is measured is code that has been compiled for good.</summary>
    public static async Task WarmAsync(BenchTarget[] targets, IReadOnlyList<Scenario> scenarios)
    {
        Console.WriteLine($"warming up {string.Join(", ", targets.Select(target => target.Name))} …");
        foreach (var target in targets)
        {
            foreach (var shape in scenarios.Where(scenario => scenario.IsFor(target.Name)).Select(scenario => scenario.Shape).Distinct())
            {
                await new ClosedLoop(target.Port, await GeneratorRequest.MakeAsync(target.Port, shape)).RunAsync(WarmUpConnections, WarmUp);
            }
        }
    }

    /// <summary>In turns, so that what else happens on the machine meets all that is compared alike.</summary>
    private static async Task<IEnumerable<Measurement>> MeasureAsync(BenchTarget[] targets, Scenario[] scenarios, TimeSpan time)
    {
        Console.WriteLine($"measuring {string.Join(", ", scenarios.Select(scenario => scenario.Name))} …");
        var rounds = new List<Measurement>();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var scenario in scenarios)
            {
                foreach (var target in targets.Where(target => scenario.IsFor(target.Name)))
                {
                    rounds.Add(await Measurement.TakeAsync(target, scenario, time));
                }
            }
        }

        return rounds.GroupBy(round => (round.Scenario, round.Target)).Select(group => Measurement.Join([.. group]));
    }

    private static string RepositoryRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "GlobalGateway.sln")))
            {
                return at.FullName;
            }
        }

        throw new FleetException($"No GlobalGateway.sln above {AppContext.BaseDirectory}.");
    }
}
