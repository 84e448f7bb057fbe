using System.Text.Json;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Test;
using GlobalGateway.LocalFleet.Planning;

namespace GlobalGateway.Cli.Ledger;

/// <summary>Asks the edge program itself, with an edge's own settings: it knows what it needs, and reaches its servers as it would at its start.</summary>
internal static class LedgerRun
{
    private const int LinesMax = 1_000;

    public static async Task<int> CheckAsync(IReadOnlyList<EdgeSettings> edges, bool json, CancellationToken cancellation)
    {
        string[] arguments = json ? ["check", "--output", "json"] : ["check"];
        var answers = await Task.WhenAll(edges.Select(edge => AskAsync(edge, arguments, cancellation)));
        if (json)
        {
            WriteJson(edges, answers);
        }
        else
        {
            foreach (var (edge, answer) in edges.Zip(answers))
            {
                Console.WriteLine($"{edge.Name}:");
                foreach (var line in answer.Lines)
                {
                    Console.WriteLine($"  {line}");
                }
            }
        }

        return answers.Max(answer => answer.ExitCode);
    }

    public static async Task<int> MigrateAsync(EdgeSettings edge, string? replication, CancellationToken cancellation)
    {
        var (exitCode, lines) = await AskAsync(edge, replication is null ? ["migrate"] : ["migrate", "--replication", replication], cancellation);
        foreach (var line in lines)
        {
            await (exitCode == ExitCode.Done ? Console.Out : Console.Error).WriteLineAsync(exitCode == ExitCode.Done ? line : $"✗ {line}");
        }

        return exitCode;
    }

    private static async Task<(int ExitCode, string[] Lines)> AskAsync(EdgeSettings edge, string[] arguments, CancellationToken cancellation)
    {
        var lines = new BoundedLines(LinesMax);
        var program = FleetPlan.EdgeProgram(RepositoryFleet.Options(Repository.Root));
        var exitCode = await ChildProgram.RunAsync(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, "--config", edge.File, "ledger", .. arguments], lines.Add, cancellation);
        return (exitCode, lines.ToArray());
    }

    private static void WriteJson(IReadOnlyList<EdgeSettings> edges, (int ExitCode, string[] Lines)[] answers) => Json.Write(writer =>
    {
        writer.WriteStartArray("edges");
        foreach (var (edge, (exitCode, lines)) in edges.Zip(answers))
        {
            writer.WriteStartObject();
            writer.WriteString("name", edge.Name);
            writer.WriteBoolean("ok", exitCode == ExitCode.Done);
            var text = string.Join('\n', lines);
            if (Checks(text) is { } checks)
            {
                writer.WritePropertyName("checks");
                using (checks)
                {
                    checks.RootElement.WriteTo(writer);
                }
            }
            else
            {
                writer.WriteString("error", text);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    /// <returns>Null when it said something else: why it could not check anything.</returns>
    private static JsonDocument? Checks(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
