using GlobalGateway.Cli.Spec;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Spec;

/// <summary>The specifications of budgets and of rollouts, checked by TLC where that is there.</summary>
public sealed class SpecificationTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData(SpecConfiguration.Small, false)]
    [InlineData("bug-debt-free", true)]
    [InlineData(SpecConfiguration.RolloutSmall, false)]
    [InlineData("bug-rollout-no-value", true)]
    public async Task Configuration_IsAsItSays(string name, bool refuted)
    {
        var (tools, missing) = await SpecTools.FindAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(tools is null, missing ?? "");
        var configuration = SpecConfiguration.ReadAll(SourceTree.PathOf("docs", "spec", "configurations")).Single(one => one.Name == name);

        var result = await TlcRun.RunAsync(tools!, configuration, Limit, static _ => { }, TestContext.Current.CancellationToken);

        result.Outcome.ShouldBe(refuted ? SpecOutcome.Refuted : SpecOutcome.Clean, $"{result.Detail}; see {TlcRun.LogOf(configuration)}");
        result.AsExpected.ShouldBeTrue();
    }
}
