using GlobalGateway.Chaos.Experiments;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Chaos;

public class ExperimentFileTests
{
    private const string Valid = """
        title: One provider fails
        hypothesis: Nobody notices.
        traffic: { model: fast, regions: [us-east], requestsPerSecond: 10 }
        steadyState: { successAtLeast: 99.9%, p99AtMost: 2s }
        actions:
          - fault: { provider: openai, fault: { type: Status, status: 503, retryAfter: "1" } }
          - kill: eu-west
        for: 15s
        """;

    public static TheoryData<string> Shipped => [.. Directory.EnumerateFiles(SourceTree.PathOf("chaos", "experiments"), "*.yaml")];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Read_ShippedExperiment_IsValid(string file) => ExperimentFile.Read(file).Actions.ShouldNotBeEmpty();

    [Fact]
    public void Parse_Fault_IsTheSimulatorsJsonWithItsTypes()
    {
        var experiment = ExperimentFile.Parse("x", "x.yaml", Valid);

        experiment.Actions[0].ShouldBe(new FaultAction("""{"provider":"openai","fault":{"type":"Status","status":503,"retryAfter":"1"}}"""));
        experiment.Actions[1].ShouldBe(new KillAction("eu-west"));
        experiment.SteadyState.ShouldBe(new SteadyState(0.999, TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void Parse_SeveralMistakes_ReportsEachWithItsLine()
    {
        var text = Valid.Replace("for: 15s", "for: 2h").Replace("99.9%", "much").Replace("- kill: eu-west", "- explode: eu-west").Replace("title:", "titel:");

        var problem = Should.Throw<ExperimentException>(() => ExperimentFile.Parse("x", "x.yaml", text));

        problem.Message.ShouldContain("x.yaml:1:1  \"titel\" is not one of title");
        problem.Message.ShouldContain("title: is missing");
        problem.Message.ShouldContain("successAtLeast: a percentage");
        problem.Message.ShouldContain("x.yaml:7:5  actions: each is one of");
        problem.Message.ShouldContain("for: at most 10m");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[a, b]")]
    [InlineData("title: [")]
    public void Parse_NoExperiment_IsAnError(string text) => Should.Throw<ExperimentException>(() => ExperimentFile.Parse("x", "x.yaml", text));
}
