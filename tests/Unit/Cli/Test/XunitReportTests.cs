using GlobalGateway.Cli.Test;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Cli.Test;

public sealed class XunitReportTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void Read_WholeReport_CountsErrorsAsFailures()
    {
        File.WriteAllText(_file, """<assemblies><assembly passed="5" failed="1" errors="1" skipped="3" /></assemblies>""");

        XunitReport.Read(_file).ShouldBe(new TestCounts(5, 2, 3));
    }

    [Fact]
    public void Read_CutOff_IsNull()
    {
        File.WriteAllText(_file, "<assemblies><assembly passed=\"5\"");

        XunitReport.Read(_file).ShouldBeNull();
    }

    [Fact]
    public void Suites_EvenIfEachHangs_EndWithinFortyMinutes() =>
        Suites.All.Where(suite => !suite.OnlyNamed).Sum(suite => suite.Limit.TotalMinutes).ShouldBeLessThan(40);

    public void Dispose() => File.Delete(_file);
}
