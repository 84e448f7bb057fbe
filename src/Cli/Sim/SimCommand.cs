using System.CommandLine;
using System.Globalization;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Test;

namespace GlobalGateway.Cli.Sim;

/// <summary><c>gg sim</c>: builds the ledger's simulator and runs it in a process of its own, which has both processors' heaps.</summary>
internal static class SimCommand
{
    private const long HistoriesDefault = 20_000;
    private const long HistoriesMax = 100_000_000;
    private const int StepsDefault = 160;
    private const int StepsMax = 100_000;

    public static Command Create()
    {
        var histories = new Option<long>("--histories") { Description = "How many histories to run.", HelpName = "N", DefaultValueFactory = _ => HistoriesDefault };
        histories.Validators.Add(result => Between(result, 1, HistoriesMax));
        var seed = new Option<ulong>("--seed") { Description = "Seed of the first history; each next one has the next.", HelpName = "S", DefaultValueFactory = _ => 1 };
        var steps = new Option<int>("--steps") { Description = "Steps of a history before everything heals and the sums are checked.", HelpName = "N", DefaultValueFactory = _ => StepsDefault };
        steps.Validators.Add(result => Between(result, 1, StepsMax));
        var mutant = new Option<string>("--mutant") { Description = "Put a deliberate mistake in, to see that it is seen; \"list\" names them all.", HelpName = "NAME", DefaultValueFactory = _ => "none" };
        var output = new OutputOption();
        var command = new GgCommand("sim", "Runs the budgets' ledger under drops, partitions, crashes and lost disks, and checks after every step that nothing is overspent or lost.",
            "gg sim --histories 20000", "gg sim --seed 42 --histories 1 --mutant settle-dropped") { histories, seed, steps, mutant, output };
        command.SetAction(async (call, cancellation) =>
        {
            if (!await DotnetBuild.RunAsync("src/LedgerSimulator/LedgerSimulator.csproj", Console.Error.WriteLine, cancellation))
            {
                return ExitCode.Failed;
            }

            string[] arguments =
            [
                Repository.PathOf("artifacts", "bin", "LedgerSimulator", "release", "GlobalGateway.LedgerSimulator.dll"),
                Text(call.GetValue(histories)), Text(call.GetValue(seed)), Text(call.GetValue(steps)), call.GetValue(mutant)!, call.GetValue(output)!,
            ];
            return await ChildProgram.RunAsync("dotnet", arguments, Console.WriteLine, cancellation);
        });
        return command;
    }

    private static void Between(System.CommandLine.Parsing.OptionResult result, long least, long most)
    {
        if (result.Tokens is [{ Value: var text }, ..] && (!long.TryParse(text, CultureInfo.InvariantCulture, out var value) || value < least || value > most))
        {
            result.AddError($"{result.Option.Name} is between {least} and {most}");
        }
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
