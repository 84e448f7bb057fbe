using System.Diagnostics;
using System.Globalization;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Watching;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.LocalFleet;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Records;

namespace GlobalGateway.Cli.Up;

/// <summary>One call of <c>gg up</c>, from the first process to the last line.</summary>
internal sealed class UpRun(UpRequest request)
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);

    /// <summary>Longer than a start takes.</summary>
    private static readonly TimeSpan DoubtAfter = TimeSpan.FromSeconds(4);

    private readonly long _begun = Stopwatch.GetTimestamp();

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var options = FleetChoice.Make(request);
        await using var fleet = await StartAsync(options, cancellation);
        try
        {
            await WaitReadyAsync(fleet, options, cancellation);
            var summary = await FleetSummary.LookAsync(options, FleetRecord.Read(new FleetPaths(options.StateDirectory))!, cancellation);
            Console.Write(UpText.Parts(summary));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"up after {Elapsed.TotalSeconds:0.0} s. Try:"));
            Console.Write(UpText.Invitation(options, summary, request.Detach ? DownCall : "Ctrl+C stops everything"));
            if (request.Detach)
            {
                return ExitCode.Done;
            }

            Console.WriteLine();
            await new LiveView(fleet, FleetRecord.Read(new FleetPaths(options.StateDirectory))!).ShowAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop, at whatever point.
        }
        catch (FleetException failure)
        {
            await StopAsync(fleet, quiet: true);
            var config = ResourceLoader.Load(options.ConfigDirectory);
            throw new CommandException(config.Resources is null ? ConfigErrors.Text(config) : failure.Message);
        }

        await StopAsync(fleet, quiet: false);
        return ExitCode.Done;
    }

    /// <summary>Edges without a revision wait for one; when the configuration cannot give it, waiting on is no use.</summary>
    private static async Task WaitReadyAsync(Fleet fleet, FleetOptions options, CancellationToken cancellation)
    {
        var ready = fleet.WaitReadyAsync(ReadyLimit, cancellation: cancellation);
        if (await Task.WhenAny(ready, Task.Delay(DoubtAfter, cancellation)) != ready && ResourceLoader.Load(options.ConfigDirectory).Resources is null)
        {
            throw new FleetException("the configuration has errors");
        }

        await ready;
    }

    /// <summary>Since the launcher was called when it said so: building counts for the one who waits.</summary>
    private TimeSpan Elapsed =>
        long.TryParse(Environment.GetEnvironmentVariable("GG_CALLED_AT_MS"), NumberStyles.None, CultureInfo.InvariantCulture, out var calledAt)
            ? DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeMilliseconds(calledAt)
            : Stopwatch.GetElapsedTime(_begun);

    private string DownCall =>
        request.StateDirectory == Repository.PathOf(RepositoryFleet.StateFolder) ? "gg down stops everything" : $"gg down --state {request.StateDirectory} stops everything";

    private static async Task<Fleet> StartAsync(FleetOptions options, CancellationToken cancellation)
    {
        try
        {
            return await Fleet.StartAsync(options, Console.WriteLine, cancellation);
        }
        catch (FleetException failure)
        {
            throw new CommandException(failure.Message);
        }
    }

    private static async Task StopAsync(Fleet fleet, bool quiet)
    {
        var ended = await fleet.StopAsync();
        if (!quiet)
        {
            Console.WriteLine(ended.Count == 0
                ? $"stopped: nothing runs; keys, bundles and logs stay in {Shown(fleet.Options.StateDirectory)}"
                : $"stopped: {string.Join(", ", ended)} did not end by itself and was cut off; keys, bundles and logs stay in {Shown(fleet.Options.StateDirectory)}");
        }
    }

    private static string Shown(string folder) => Path.GetRelativePath(Repository.Root, folder) is var relative && !relative.StartsWith("..", StringComparison.Ordinal) ? relative : folder;
}
