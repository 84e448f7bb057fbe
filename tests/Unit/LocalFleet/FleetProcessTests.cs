using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Processes;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.LocalFleet;

public sealed class FleetProcessTests : IDisposable
{
    private readonly string _log = Path.GetTempFileName();

    [Fact]
    public async Task Start_ProgramThatFails_IsDescribedWithItsLastLine()
    {
        using var process = await FleetProcess.StartAsync(Plan("/bin/sh", "-c", "echo first words; echo last words; exit 7"), detached: false);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        process.HasCrashed.ShouldBeTrue();
        process.DescribeEnd().ShouldStartWith("us-east ended with code 7 after 0 s: last words");
        process.DescribeEnd().ShouldContain(Path.GetFileName(_log));
    }

    [Fact]
    public async Task Kill_RunningProcess_EndsItAndIsNoCrash()
    {
        using var process = await FleetProcess.StartAsync(Plan(Path.Combine(AppContext.BaseDirectory, "GlobalGateway.ProviderSimulator.dll")), detached: false);
        await process.KillAsync();

        process.HasExited.ShouldBeTrue();
        process.HasCrashed.ShouldBeFalse();
        process.Identity.IsAlive.ShouldBeFalse();
    }

    [Fact]
    public void Identity_SameNumberOtherStart_IsNotAlive()
    {
        ProcessIdentity.Current.IsAlive.ShouldBeTrue();
        (ProcessIdentity.Current with { StartMark = ProcessIdentity.Current.StartMark - 1 }).IsAlive.ShouldBeFalse();
    }

    [Theory]
    [InlineData("plain words\n", "plain words")]
    [InlineData("first\nUnhandled exception. System.Exception: broke\n   at Some.Method()\n", "Unhandled exception. System.Exception: broke")]
    [InlineData("{\"level\":\"error\",\"message\":\"cannot bind\"}\n", "cannot bind")]
    [InlineData("", "it said nothing")]
    public void LastLine_Of_SaysWhatNotWhere(string log, string expected)
    {
        File.WriteAllText(_log, log);

        LastLine.Of(_log).ShouldBe(expected);
    }

    public void Dispose() => File.Delete(_log);

    private ProcessPlan Plan(string program, params string[] arguments) => new()
    {
        Name = "us-east",
        Role = PartRole.Edge,
        Program = program,
        Arguments = arguments,
        LogFile = _log,
        Ports = [1],
        Ready = new Uri("http://127.0.0.1:1/"),
    };
}
