using GlobalGateway.Cli.Test;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Cli.Test;

public sealed class XunitReportTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void Read_WholeReport_CountsErrorsAsFailuresAndNamesThem()
    {
        File.WriteAllText(_file, """
            <assemblies><assembly passed="5" failed="1" errors="1" skipped="3">
              <errors><error type="test-class-cleanup" name="A.Fleet"><failure exception-type="System.IO.IOException"><message>the folder is gone</message></failure></error></errors>
              <collection><test name="A.B_C_D(of: \&quot;x\&quot;)" result="Fail"><failure exception-type="X">
                <message><![CDATA[Shouldly: 4

            should be 5]]></message>
                <stack-trace><![CDATA[   at Shouldly.Be() in /_/src/Be.cs:line 3
               at A.B_C_D() in /src/tests/Unit/A.cs:line 12]]></stack-trace>
              </failure></test></collection>
            </assembly></assemblies>
            """);

        var results = XunitReport.Read(_file).ShouldNotBeNull();

        results.Counts.ShouldBe(new TestCounts(5, 2, 3));
        results.Failures.ShouldBe(
        [
            new FailedTest("A.Fleet", "the folder is gone"),
            new FailedTest("A.B_C_D(of: \"x\")", "Shouldly: 4\nshould be 5\nat A.B_C_D() in /src/tests/Unit/A.cs:line 12"),
        ]);
    }

    [Fact]
    public void Of_AMessageOfThousandsOfLines_IsCut()
    {
        var test = FailedTest.Of("A", string.Join('\n', Enumerable.Repeat("a line of a log", 5_000)), "at A");

        test.Message.Length.ShouldBeLessThan(1_000);
        test.Message.ShouldEndWith(" …\nat A");
    }

    [Fact]
    public void FailureLines_OfMoreThanAreShown_SayHowManyMore()
    {
        var suite = new Suite("unit", "", TimeSpan.FromMinutes(1), []);
        var results = Enumerable.Range(0, 23).Aggregate(TestResults.None, (sum, i) => sum + TestResults.Failure($"T{i}", "no"));

        var lines = TestCommand.FailureLines(new Dictionary<Suite, TestResults> { [suite] = results }).ToArray();

        lines[..2].ShouldBe(["✗ unit: T0", "    no"]);
        lines[^1].ShouldBe("✗ and 3 more, above");
    }

    [Fact]
    public void Read_CutOff_IsNull()
    {
        File.WriteAllText(_file, "<assemblies><assembly passed=\"5\"");

        XunitReport.Read(_file).ShouldBeNull();
    }

    [Fact]
    public void Suites_EvenIfEachHangs_EndWithinSeventyMinutes() =>
        Suites.All.Where(suite => !suite.OnlyNamed).Sum(suite => suite.Limit.TotalMinutes).ShouldBeLessThan(70);

    public void Dispose() => File.Delete(_file);
}
