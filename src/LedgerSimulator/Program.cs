using System.Globalization;
using GlobalGateway.LedgerSimulator;

// Called by "gg sim", which says what the options mean: HISTORIES SEED STEPS MUTANT OUTPUT.
if (args is not [var histories, var seed, var steps, var mutant, var output])
{
    Console.Error.WriteLine("run \"gg sim --help\"");
    return 2;
}

if (mutant == "list")
{
    foreach (var name in MutantNames.All)
    {
        Console.WriteLine(name);
    }

    return 0;
}

if (MutantNames.Parse(mutant) is not { } chosen)
{
    Console.Error.WriteLine($"✗ no mutant \"{mutant}\"; \"gg sim --mutant list\" names them");
    return 2;
}

var options = new SimulationOptions(
    long.Parse(histories, CultureInfo.InvariantCulture), ulong.Parse(seed, CultureInfo.InvariantCulture), int.Parse(steps, CultureInfo.InvariantCulture), chosen);
using var interrupt = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    interrupt.Cancel();
};
var report = Simulation.Run(options, ProgressBar.For(options.Histories), interrupt.Token);
ReportText.Write(Console.Out, options, report, output == "json");
return report.Failure is null && !interrupt.IsCancellationRequested ? 0 : 1;
