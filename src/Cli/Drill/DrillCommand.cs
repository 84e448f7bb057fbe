using System.CommandLine;
using GlobalGateway.Chaos.Experiments;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Contracts.Loading;

namespace GlobalGateway.Cli.Drill;

/// <summary><c>gg drill list|run</c>: breaks a fleet of its own on purpose and checks what clients see.</summary>
internal static class DrillCommand
{
    private static string Folder => Repository.PathOf("chaos", "experiments");

    public static Command Create() => new GgCommand("drill", "Rehearses failures on a fleet of its own and checks what clients see.",
        "gg drill list", "gg drill run provider-errors") { List(), Run() };

    private static GgCommand List()
    {
        var output = new OutputOption();
        var command = new GgCommand("list", "Says which drills there are.", "gg drill list", "gg drill list --output json | jq -r '.drills[].name'") { output };
        command.SetAction(call =>
        {
            var experiments = Names().Select(Read).ToArray();
            if (output.IsJson(call))
            {
                Json.Write(writer =>
                {
                    writer.WriteStartArray("drills");
                    foreach (var experiment in experiments)
                    {
                        writer.WriteStartObject();
                        writer.WriteString("name", experiment.Name);
                        writer.WriteString("title", experiment.Title);
                        writer.WriteString("hypothesis", experiment.Hypothesis);
                        writer.WriteNumber("seconds", experiment.For.TotalSeconds);
                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                });
            }
            else
            {
                foreach (var experiment in experiments)
                {
                    Console.WriteLine($"{experiment.Name,-20} {experiment.Title}");
                }
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static GgCommand Run()
    {
        var name = new Argument<string>("name") { Description = "Which drill; \"gg drill list\" names them." };
        var output = new OutputOption();
        var command = new GgCommand("run", "Starts a fleet on free ports, runs one drill on it, and stops it. Exit code 0 when the hypothesis held.",
            "gg drill run edge-kill", "gg drill run control-plane-kill --output json") { name, output };
        command.SetAction((call, cancellation) =>
        {
            var chosen = call.GetValue(name)!;
            var known = Names();
            return known.Contains(chosen)
                ? new DrillSession(Read(chosen), output.IsJson(call)).RunAsync(cancellation)
                : throw new CommandException($"gg drill run: no drill \"{chosen}\"{Suggestion.For(chosen, known)} (there are {string.Join(", ", known)})", ExitCode.WrongCall);
        });
        return command;
    }

    private static string[] Names() =>
        [.. Directory.EnumerateFiles(Folder, "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    private static Experiment Read(string name)
    {
        try
        {
            return ExperimentFile.Read(Path.Combine(Folder, $"{name}.yaml"));
        }
        catch (ExperimentException problem)
        {
            throw new CommandException(problem.Message.Replace("\n", "\n✗ ", StringComparison.Ordinal));
        }
    }
}
