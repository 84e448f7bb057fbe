using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Watching;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Processes;
using GlobalGateway.LocalFleet.Records;

namespace GlobalGateway.Cli.Status;

/// <summary>One look at a recorded fleet.</summary>
internal static class StatusRun
{
    private static readonly TimeSpan RateOver = TimeSpan.FromMilliseconds(500);

    public static async Task<int> RunAsync(string stateDirectory, bool json, CancellationToken cancellation)
    {
        if (FleetRecord.Read(new FleetPaths(stateDirectory)) is not { IsRunning: true } fleet)
        {
            if (json)
            {
                Json.Write(writer => writer.WriteBoolean("running", false));
            }
            else
            {
                await Console.Error.WriteLineAsync($"✗ No fleet is up with its state in {stateDirectory}. Run \"gg up\".");
            }

            return ExitCode.Failed;
        }

        using var http = FleetHttp.Create();
        var watches = fleet.Processes.Where(process => process.Role == PartRole.Edge).Select(edge => new EdgeWatch(edge, http)).ToArray();
        await Task.WhenAll(watches.Select(watch => watch.LookAsync(cancellation)));
        await Task.Delay(RateOver, cancellation);
        var edges = await Task.WhenAll(watches.Select(watch => watch.LookAsync(cancellation)));
        var source = await SourceView.LookAsync(fleet, stateDirectory, http, cancellation);
        var others = fleet.Processes.Where(process => process.Role != PartRole.Edge).ToArray();
        if (json)
        {
            WriteJson(fleet, others, edges, source);
        }
        else
        {
            WriteText(fleet, others, edges, source);
        }

        return edges.All(edge => edge.IsReady) && others.All(process => process.Identity.IsAlive) ? ExitCode.Done : ExitCode.Failed;
    }

    private static void WriteText(FleetRecord fleet, RecordedProcess[] others, EdgeView[] edges, SourceView? source)
    {
        foreach (var process in others.Where(process => process.Role == PartRole.ControlPlane))
        {
            Console.WriteLine($"  {"control plane",-15} {process.Address}   {StateOf(process),-9}{(source?.Revision is { } revision ? $"rev {revision}" : "")}");
        }

        foreach (var edge in edges)
        {
            var rates = edge.Rates.PerSecond > 0
                ? $"   {UnitText.PerSecond(edge.Rates.PerSecond)} req/s  p50 {UnitText.Time(edge.Rates.P50)}  p99 {UnitText.Time(edge.Rates.P99)}  errors {UnitText.Percent(edge.Rates.ErrorShare)}"
                : "";
            Console.WriteLine($"  {edge.Region,-15} {edge.Address}   {edge.State,-9}{(edge.Revision is null ? "" : $"rev {edge.Revision}")}{rates}{(edge.Note.Length > 0 ? $"   ! {edge.Note}" : "")}");
        }

        foreach (var process in others.Where(process => process.Role == PartRole.Simulator))
        {
            Console.WriteLine($"  {"providers",-15} {process.Address}   {StateOf(process)}   simulated");
        }

        foreach (var process in others.Where(process => process.Role.IsServer()))
        {
            Console.WriteLine($"  {process.ServerKind,-15} {process.Address}   {StateOf(process),-9}{process.Region}");
        }

        if (!fleet.Simulated)
        {
            Console.WriteLine($"  {"providers",-15} real");
        }

        var ready = edges.Count(edge => edge.IsReady);
        Console.WriteLine($"{(ready == edges.Length ? "✓" : "!")} {ready} of {edges.Length} edges ready; started {UnitText.Ago(DateTimeOffset.UtcNow - fleet.StartedAt)}"
            + (fleet.Owner is null ? ", detached" : ""));
        foreach (var error in source?.Errors ?? [])
        {
            Console.WriteLine($"✗ {error}");
        }

        if (source is { Errors.Count: > 0 })
        {
            Console.WriteLine($"! {fleet.ConfigDirectory} has {source.Errors.Count} errors; every edge serves rev {source.Revision} until they are mended");
        }

        if (source?.StoreWarning is { } warning)
        {
            Console.WriteLine($"! {warning}");
        }

        foreach (var process in fleet.Processes.Where(process => !process.Identity.IsAlive))
        {
            Console.WriteLine($"✗ {process.Name} has ended: {LastLine.WithFile(process.LogFile)}");
        }
    }

    private static void WriteJson(FleetRecord fleet, RecordedProcess[] others, EdgeView[] edges, SourceView? source) => Json.Write(writer =>
    {
        writer.WriteBoolean("running", true);
        writer.WriteString("startedAt", fleet.StartedAt.UtcDateTime);
        writer.WriteBoolean("detached", fleet.Owner is null);
        writer.WriteString("config", fleet.ConfigDirectory);
        writer.WriteString("providers", fleet.Simulated ? "simulated" : "real");
        foreach (var process in others.Where(process => !process.Role.IsServer()))
        {
            writer.WriteStartObject(process.Role == PartRole.ControlPlane ? "controlPlane" : "simulator");
            writer.WriteString("address", process.Address);
            writer.WriteString("state", StateOf(process));
            writer.WriteNumber("pid", process.Identity.Pid);
            writer.WriteEndObject();
        }

        writer.WriteStartArray("servers");
        foreach (var process in others.Where(process => process.Role.IsServer()))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", process.ServerKind);
            writer.WriteString("region", process.Region);
            writer.WriteString("address", process.Address);
            writer.WriteString("state", StateOf(process));
            writer.WriteNumber("pid", process.Identity.Pid);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("revision", source?.Revision);
        writer.WriteString("storeWarning", source?.StoreWarning);
        writer.WriteStartArray("configErrors");
        foreach (var error in source?.Errors ?? [])
        {
            writer.WriteStringValue(error);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("edges");
        foreach (var edge in edges)
        {
            writer.WriteStartObject();
            writer.WriteString("region", edge.Region);
            writer.WriteString("address", edge.Address);
            writer.WriteString("state", edge.State);
            writer.WriteString("revision", edge.Revision);
            writer.WriteNumber("requestsPerSecond", Math.Round(edge.Rates.PerSecond, 2));
            writer.WriteNumber("errorRatio", Math.Round(edge.Rates.ErrorShare, 4));
            writer.WriteString("note", edge.Note);
            writer.WriteNumber("pid", fleet.Processes.First(process => process.Name == edge.Region).Identity.Pid);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    private static string StateOf(RecordedProcess process) => process.Identity.IsAlive ? "ready" : "ended";
}
