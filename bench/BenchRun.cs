using GlobalGateway.Bench.Load;
using GlobalGateway.Bench.Measuring;
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
            return await RunAsync(wanted, new TargetStarter(folder, RepositoryRoot()));
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

        Console.WriteLine($"warming up {string.Join(", ", targets.Select(target => target.Name))} …");
        foreach (var target in targets)
        {
            foreach (var streams in wanted.Scenarios.Select(scenario => scenario.Streams).Distinct())
            {
                await new ClosedLoop(target.Port, GeneratorRequest.Make(target.Port, streams)).RunAsync(WarmUpConnections, WarmUp);
            }
        }

        var results = new List<Measurement>();
        foreach (var scenario in wanted.Scenarios)
        {
            results.AddRange(await MeasureAsync(targets, scenario, TimeSpan.FromSeconds(wanted.Seconds / Rounds)));
        }

        TextReport.Write(Console.Out, results);
        if (wanted.JsonFile is not null)
        {
            JsonReport.Write(wanted.JsonFile, results);
        }

        foreach (var wrong in results.Where(result => result.Wrong > 0))
        {
            await Console.Error.WriteLineAsync($"✗ {wrong.Target} {wrong.Scenario.Name}: {wrong.Wrong} wrong answers, the first: {wrong.FirstFailure}");
        }

        return results.Any(result => result.Wrong > 0) ? 1 : 0;
    }

    /// <summary>In turns, so that what else happens on the machine meets all targets alike.</summary>
    private static async Task<IEnumerable<Measurement>> MeasureAsync(BenchTarget[] targets, Scenario scenario, TimeSpan time)
    {
        Console.WriteLine($"measuring {scenario.Name} …");
        var rounds = new List<Measurement>();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var target in targets)
            {
                rounds.Add(await Measurement.TakeAsync(target, scenario, time));
            }
        }

        return targets.Select(target => Measurement.Join([.. rounds.Where(round => round.Target == target.Name)]));
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
