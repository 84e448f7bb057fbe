using GlobalGateway.LedgerSimulator;
using Shouldly;
using Xunit;
using Simulator = GlobalGateway.LedgerSimulator.Simulation;

namespace GlobalGateway.Ledger.Simulation;

/// <summary>The product's state machines under simulated faults, and that the checks see what they are there for.</summary>
public class HistoriesTests(ITestOutputHelper output)
{
    public static TheoryData<Mutant> Mutants => [.. Enum.GetValues<Mutant>().Where(mutant => mutant != Mutant.None)];

    [Fact]
    public void Ledger_TwentyThousandHistories_BreakNothing()
    {
        var report = Simulator.Run(new SimulationOptions(20_000, Seed: 1));

        output.WriteLine($"{report.Histories} histories, {report.HistoriesPerSecond:N0}/s");
        report.Failure.ShouldBeNull(Say(report));
        report.Histories.ShouldBe(20_000);
    }

    [Theory]
    [MemberData(nameof(Mutants))]
    public void Mutant_TwoThousandHistories_IsCaught(Mutant mutant)
    {
        var report = Simulator.Run(new SimulationOptions(2_000, Seed: 1, Mutant: mutant));

        report.Failure.ShouldNotBeNull();
        report.Failure.Trace.ShouldNotBeEmpty();
        output.WriteLine($"{MutantNames.NameOf(mutant)}: {report.Failure.Invariant} after {report.Histories} histories, shortest {report.Failure.Trace.Count} lines");
    }

    [Fact]
    public void History_SameSeed_IsTheSame()
    {
        var options = new SimulationOptions(300, Seed: 1, Mutant: Mutant.OrphanFree);
        var first = Simulator.Run(options).Failure!;

        var again = Simulator.Run(options with { Seed = first.Seed, Histories = 1 }).Failure!;
        again.Trace.ShouldBe(first.Trace);
    }

    private static string Say(SimulationReport report) =>
        report.Failure is { } failure ? $"seed {failure.Seed}: {failure.Message}\n{string.Join('\n', failure.Trace)}" : "";
}
