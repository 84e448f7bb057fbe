using System.Globalization;
using System.Text.Json;
using GlobalGateway.Chaos.Drills;
using GlobalGateway.Chaos.Experiments;
using GlobalGateway.Chaos.Traffic;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Watching;
using GlobalGateway.LocalFleet;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Ports;

namespace GlobalGateway.Cli.Drill;

/// <summary>One drill on a fleet that lives as long as it.</summary>
internal sealed class DrillSession(Experiment experiment, bool json)
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Observe = TimeSpan.FromSeconds(5);
    private const string ClientKey = "gg-demo";

    private readonly TextWriter _screen = json ? Console.Error : Console.Out;

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        await _screen.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{experiment.Title} for {experiment.For.TotalSeconds:0} s under {experiment.Traffic.RequestsPerSecond} req/s."));
        await _screen.WriteLineAsync($"Hypothesis: {experiment.Hypothesis}");
        var state = Directory.CreateTempSubdirectory("gg-drill-").FullName;
        try
        {
            var report = await RunAsync(state, cancellation);
            var file = WriteReport(report);
            await _screen.WriteLineAsync($"{(report.Passed ? "passed" : "✗ failed")} · report {Path.GetRelativePath(Directory.GetCurrentDirectory(), file)}");
            if (json)
            {
                Json.Write(writer => WriteMembers(writer, report));
            }

            return report.Passed ? ExitCode.Done : ExitCode.Failed;
        }
        catch (Exception failure) when (failure is FleetException or DrillException)
        {
            throw new CommandException(failure.Message);
        }
        finally
        {
            Directory.Delete(state, recursive: true);
        }
    }

    private async Task<DrillReport> RunAsync(string state, CancellationToken cancellation)
    {
        await using var fleet = await LocalFleet.Fleet.StartAsync(RepositoryFleet.Options(Repository.Root) with
        {
            StateDirectory = state,
            Ports = FleetPorts.Free(edges: 3),
        }, cancellation: cancellation);
        await fleet.WaitReadyAsync(ReadyLimit, cancellation: cancellation);
        using var http = FleetHttp.Create(AnswerLimit);
        var drillFleet = new LocalDrillFleet(fleet, http);
        var traffic = new SteadyTraffic(experiment.Traffic, drillFleet, http, ClientKey);
        // The first requests of new processes are compiled while they wait; they are no steady state.
        foreach (var region in experiment.Traffic.Regions)
        {
            await traffic.SendAsync(region);
        }

        return await new DrillRun(experiment, drillFleet, traffic, Observe, Tell).RunAsync(cancellation);
    }

    private void Tell(DrillEvent happened) =>
        _screen.WriteLine($" {happened.At:m\\:ss} {happened.What,-9} {happened.Text}");

    private string WriteReport(DrillReport report)
    {
        var folder = Repository.PathOf("drills", $"{DateTimeOffset.UtcNow:yyyy-MM-dd'T'HHmmss'Z'}-{experiment.Name}");
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "report.json");
        using var stream = File.Create(file);
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        WriteMembers(writer, report);
        writer.WriteEndObject();
        return file;
    }

    private static void WriteMembers(Utf8JsonWriter writer, DrillReport report)
    {
        writer.WriteString("drill", report.Experiment.Name);
        writer.WriteString("hypothesis", report.Experiment.Hypothesis);
        writer.WriteBoolean("passed", report.Passed);
        writer.WriteStartArray("phases");
        foreach (var phase in report.Phases)
        {
            writer.WriteStartObject();
            writer.WriteString("name", phase.Name);
            writer.WriteBoolean("held", phase.Held);
            writer.WriteNumber("requests", phase.Traffic.Requests);
            writer.WriteNumber("failures", phase.Traffic.Failures);
            writer.WriteNumber("p99Ms", Math.Round(phase.Traffic.P99.TotalMilliseconds, 1));
            writer.WriteString("firstFailure", phase.Traffic.FirstFailure);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("events");
        foreach (var happened in report.Events)
        {
            writer.WriteStartObject();
            writer.WriteNumber("seconds", Math.Round(happened.At.TotalSeconds, 1));
            writer.WriteString("what", happened.What);
            writer.WriteString("text", happened.Text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
