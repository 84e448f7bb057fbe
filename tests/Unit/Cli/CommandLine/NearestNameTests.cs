using GlobalGateway.Cli.CommandLine;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Cli.CommandLine;

public class NearestNameTests
{
    private static readonly string[] Known = ["up", "down", "status", "validate", "request", "test", "bench", "drill"];

    [Theory]
    [InlineData("statsu", "status")]
    [InlineData("tset", "test")]
    [InlineData("validat", "validate")]
    [InlineData("dwn", "down")]
    public void Of_FewEdits_IsTheKnownName(string typed, string meant) => NearestName.Of(typed, Known).ShouldBe(meant);

    [Theory]
    [InlineData("deploy")]
    [InlineData("x")]
    public void Of_NothingNear_IsNull(string typed) => NearestName.Of(typed, ["status", "validate"]).ShouldBeNull();
}
