using System.Diagnostics;
using System.Text.Json;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Ports;
using GlobalGateway.LocalFleet.Processes;
using GlobalGateway.LocalFleet.Records;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.EndToEnd.CommandLine;

[Collection(CommandLineCollection.Name)]
public sealed class UpTests(ITestOutputHelper output) : IAsyncDisposable
{
    /// <summary>Five processes on two processors; what it took is printed.</summary>
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(5);

    private readonly GgFleet _fleet = new();

    private string State => _fleet.State;

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    [Fact]
    public async Task Up_Detached_IsReadySoonAndWhatItPrintsWorks()
    {
        var printed = "";
        var took = await Quickest.OfAsync(StartMax, async () =>
        {
            await _fleet.RunAsync("down");
            var up = await _fleet.UpAsync("--detach");
            up.ExitCode.ShouldBe(0, up.Error);
            printed = up.Output;
            return _fleet.Record.ReadyAt!.Value - _fleet.Record.StartedAt;
        });
        output.WriteLine($"three regions were ready {took.TotalSeconds:0.0} s after their processes started");
        took.ShouldBeLessThan(StartMax);

        var lines = printed.Split('\n');
        var curl = Array.FindIndex(lines, line => line.TrimStart().StartsWith("curl ", StringComparison.Ordinal));
        (await ShellAsync($"{lines[curl]}\n{lines[curl + 1]}")).ShouldContain("\"object\":\"chat.completion\"");
    }

    [Fact]
    public async Task Up_ThenStatusRequestAndDown_SayWhatIs()
    {
        await _fleet.UpAsync("--detach");
        var pids = _fleet.Record.Processes.Select(process => process.Identity).ToArray();

        var status = await _fleet.RunAsync("status", "--output", "json");
        status.ExitCode.ShouldBe(0);
        using (var json = JsonDocument.Parse(status.Output))
        {
            json.RootElement.GetProperty("edges").EnumerateArray().Select(edge => edge.GetProperty("state").GetString()).ShouldBe(["ready", "ready", "ready"]);
            json.RootElement.GetProperty("edges").EnumerateArray().Select(edge => edge.GetProperty("revision").GetString()).Distinct().Count().ShouldBe(1);
        }

        var streamed = await _fleet.RunAsync("request", "hello", "--stream", "--region", "eu-west");
        streamed.ExitCode.ShouldBe(0);
        streamed.Output.Trim().ShouldNotBeEmpty();
        streamed.Error.ShouldStartWith("eu-west → ");

        var plane = _fleet.Record.Processes.First(process => process.Role == PartRole.ControlPlane).Address;
        (await UsedAsync("--api", $"http://{plane}", "--token-file", new FleetPaths(State).AdminToken)).ShouldBe(await UsedAsync("--state", State));

        var refused = await _fleet.RunAsync("request", "hello", "--key", "wrong");
        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldStartWith("✗ 401 from us-east: ");

        (await _fleet.RunAsync("down")).Output.ShouldBe("stopped 5 processes\n");
        pids.ShouldAllBe(process => !process.IsAlive);
        (await _fleet.RunAsync("status")).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task Up_WithRedis_StartsOneInEachRegionAndEndsThemAfterTheEdges()
    {
        var up = await _fleet.UpAsync("--detach", "--with", "redis");
        up.ExitCode.ShouldBe(0, up.Error);
        var servers = _fleet.Record.Processes.Where(process => process.Role == PartRole.Redis).ToArray();
        servers.Select(server => server.Region).ShouldBe(["us-east", "eu-west", "ap-south"]);

        var status = await _fleet.RunAsync("status", "--output", "json");
        status.ExitCode.ShouldBe(0);
        using (var json = JsonDocument.Parse(status.Output))
        {
            json.RootElement.GetProperty("servers").EnumerateArray().Select(server => server.GetProperty("address").GetString()).ShouldBe(servers.Select(server => server.Address));
        }

        (await _fleet.RunAsync("request", "hello")).ExitCode.ShouldBe(0);
        (await _fleet.RunAsync("down")).Output.ShouldBe("stopped 8 processes\n");
        servers.ShouldAllBe(server => !server.Identity.IsAlive);
    }

    [Fact]
    public async Task Up_WithAnUnknownServer_IsAWrongCall()
    {
        var up = await _fleet.UpAsync("--with", "nginx");

        up.ExitCode.ShouldBe(2);
        up.Error.ShouldStartWith("✗ gg up: --with takes etcd, redis, cassandra or several with commas between, not \"nginx\"");
    }

    [Fact]
    public async Task Up_PortTaken_NamesTheHolderAndAWayOut()
    {
        await _fleet.UpAsync("--detach");
        var holder = _fleet.Record.Processes.Single(process => process.Role == PartRole.ControlPlane).Identity.Pid;
        var other = Path.Combine(State, "other");

        var up = await Gg.RunAsync("up", "--port-base", $"{_fleet.PortBase}", "--state", other);

        up.ExitCode.ShouldBe(1);
        up.Error.ShouldStartWith($"✗ control-plane cannot listen on 127.0.0.1:{_fleet.PortBase}: in use by pid {holder} (dotnet ControlPlane). Run \"gg down\", or \"gg up --port-base ");
        FleetRecord.Read(new FleetPaths(other)).ShouldBeNull();
    }

    [Fact]
    public async Task Up_KilledWithoutWarning_LeavesNoProcessBehind()
    {
        using var up = Gg.Start("up", "--port-base", $"{_fleet.PortBase}", "--state", State);
        for (var line = await up.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken); line?.StartsWith("edit ", StringComparison.Ordinal) == false;)
        {
            line = await up.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        }

        var processes = _fleet.Record.Processes.Select(process => process.Identity).ToArray();
        processes.ShouldAllBe(process => process.IsAlive);
        up.Kill();
        await up.WaitForExitAsync(TestContext.Current.CancellationToken);

        SpinWait.SpinUntil(() => processes.All(process => !process.IsAlive), TimeSpan.FromSeconds(20)).ShouldBeTrue();
    }

    [Fact]
    public async Task Up_BrokenConfiguration_SaysItsErrorsAndStopsEverything()
    {
        var config = Path.Combine(State, "config");
        Directory.CreateDirectory(config);
        await File.WriteAllTextAsync(Path.Combine(config, "tenant.yaml"),
            "apiVersion: globalgateway.dev/v1\nkind: Tenant\nmetadata: { name: a }\nspec: { tier: P0, modles: [x] }\n", TestContext.Current.CancellationToken);

        var up = await _fleet.UpAsync("--config", config);

        up.ExitCode.ShouldBe(1);
        up.Error.ShouldContain("tenant.yaml:4:");
        up.Error.ShouldContain("did you mean \"models\"?");
        FleetRecord.Read(new FleetPaths(State)).ShouldBeNull();
    }

    [Theory]
    [InlineData("statsu", "✗ gg: no command \"statsu\"; did you mean \"status\"?\n")]
    [InlineData("down --statte x", "✗ gg down: no option \"--statte\"; did you mean \"--state\"?\n")]
    [InlineData("up --port-base 99999", "✗ gg up: --port-base is between 1024 and 65435. Run \"gg up --help\".\n")]
    [InlineData("test unti", "✗ gg test: no suite \"unti\"; did you mean \"unit\"?\n")]
    public async Task Call_Wrong_IsExitCodeTwoAndOneLine(string call, string error)
    {
        var result = await Gg.RunAsync(call.Split(' '));

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldBe(error);
        result.Output.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("up")]
    [InlineData("down")]
    [InlineData("status")]
    [InlineData("validate")]
    [InlineData("request")]
    [InlineData("test")]
    [InlineData("bench")]
    [InlineData("drill run")]
    [InlineData("ledger check")]
    [InlineData("ledger migrate")]
    public async Task Help_OfEveryCommand_EndsWithTwoExamples(string command)
    {
        var help = await Gg.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        help.ExitCode.ShouldBe(0);
        help.Output[help.Output.IndexOf("Examples:\n", StringComparison.Ordinal)..].Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1).Count(line => line.StartsWith("  gg ", StringComparison.Ordinal)).ShouldBe(2);
    }


    /// <summary>What the call of before was charged, once the edge that took it has told the ledger.</summary>
    private static async Task<string> UsedAsync(params string[] where)
    {
        for (var left = 100; ; left--)
        {
            var answer = await Gg.RunAsync(["usage", "demo", "--by", "model", "--output", "json", .. where]);
            answer.ExitCode.ShouldBe(0, answer.Error);
            using var report = JsonDocument.Parse(answer.Output);
            var total = report.RootElement.GetProperty("total");
            if (total.GetProperty("requests").GetInt64() > 0 || left == 0)
            {
                total.GetProperty("requests").GetInt64().ShouldBe(1);
                return report.RootElement.GetProperty("rows").GetRawText();
            }

            await Task.Delay(100);
        }
    }

    private static async Task<string> ShellAsync(string command)
    {
        var start = new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var shell = Process.Start(start)!;
        var text = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return text;
    }
}
