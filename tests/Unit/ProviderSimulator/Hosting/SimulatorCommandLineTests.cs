using GlobalGateway.ProviderSimulator.Hosting;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ProviderSimulator.Hosting;

public class SimulatorCommandLineTests
{
    [Fact]
    public void Parse_EverythingWrong_ReportsEveryError()
    {
        var (options, errors) = SimulatorCommandLine.Parse(["--listen", "http://0.0.0.0:80", "--record", "many", "--colour", "red", "--admin-token-file", "/nonexistent/token", "--key-prefix"]);
        options.ShouldBeNull();
        errors.Count.ShouldBe(5);
    }

    [Fact]
    public void Parse_Nothing_TakesTheDefaults()
    {
        var (options, errors) = SimulatorCommandLine.Parse([]);
        errors.ShouldBeEmpty();
        options!.Listen.ShouldBe([SimulatorOptions.ListenDefault]);
        options.Latency.ShouldBeNull();
    }

    [Fact]
    public void Parse_Listens_MayBeRepeated()
    {
        var (options, _) = SimulatorCommandLine.Parse(["--listen", "http://127.0.0.1:1", "--listen", "http://[::1]:2", "--tokens-per-second", "50", "--first-token", "200"]);
        options!.Listen.Count.ShouldBe(2);
        options.Latency!.TokensPerSecond.ShouldBe(50);
        options.Latency.FirstToken!.Ms.ShouldBe(200);
    }
}
