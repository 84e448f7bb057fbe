using GlobalGateway.Cli.Spec;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Cli.Spec;

public class TlcOutputTests
{
    [Fact]
    public void Judge_OfACompleteCheck_IsClean()
    {
        var output = Read(
            "Progress(9) at 2026-11-21 16:15:08: 2,171 states generated (2,171 s/min), 889 distinct states found (889 ds/min), 567 states left on queue.",
            "Model checking completed. No error has been found.",
            "8332 states generated, 3077 distinct states found, 0 states left on queue.");

        output.Judge(0).ShouldBe((SpecOutcome.Clean, null));
        output.DistinctStates.ShouldBe(3077);
    }

    [Fact]
    public void Judge_OfAViolation_NamesTheInvariant() =>
        Read("Error: Invariant Safe is violated.", "Error: The behavior up to this point is:").Judge(12).ShouldBe((SpecOutcome.Refuted, "Safe"));

    [Theory]
    [InlineData("Error: TLC threw an unexpected exception.", 75, "unexpected exception")]
    [InlineData("Parsing file Escrow.tla", 150, "code 150")]
    [InlineData("Model checking completed. No error has been found.", 1, "code 1")]
    public void Judge_OfACheckThatDidNotWork_IsBroken(string line, int exit, string reason)
    {
        var (outcome, detail) = Read(line).Judge(exit);

        outcome.ShouldBe(SpecOutcome.Broken);
        detail.ShouldNotBeNull().ShouldContain(reason);
    }

    [Theory]
    [InlineData(false, SpecOutcome.Clean, true)]
    [InlineData(false, SpecOutcome.TimedOut, false)]
    [InlineData(false, SpecOutcome.Refuted, false)]
    [InlineData(true, SpecOutcome.Refuted, true)]
    [InlineData(true, SpecOutcome.Clean, false)]
    [InlineData(true, SpecOutcome.Broken, false)]
    public void Result_IsAsExpected_WhereBugsAreRefutedAndTheRestIsClean(bool bug, object outcome, bool expected) =>
        new SpecResult(new SpecConfiguration("one", "", "", "", bug), (SpecOutcome)outcome, 1, null, TimeSpan.Zero).AsExpected.ShouldBe(expected);

    private static TlcOutput Read(params string[] lines)
    {
        var output = new TlcOutput();
        Array.ForEach(lines, output.Add);
        return output;
    }
}
