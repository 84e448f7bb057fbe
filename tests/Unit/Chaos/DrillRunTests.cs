using System.Net;
using GlobalGateway.Chaos.Drills;
using GlobalGateway.Chaos.Experiments;
using GlobalGateway.Chaos.Traffic;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Chaos;

public class DrillRunTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(60);

    [Fact]
    public async Task Run_NothingFails_PassesAndUndoesInReverse()
    {
        var fleet = new FakeFleet();

        var report = await RunAsync(fleet, _ => HttpStatusCode.OK);

        report.Passed.ShouldBeTrue();
        fleet.Did.ShouldBe(["fault {}", "kill eu-west", "start eu-west", "remove f1"]);
    }

    [Fact]
    public async Task Run_FailuresDuringTheAction_FailsAndStillUndoes()
    {
        var fleet = new FakeFleet();

        var report = await RunAsync(fleet, _ => fleet.Did.Contains("kill eu-west") && !fleet.Did.Contains("start eu-west") ? HttpStatusCode.BadGateway : HttpStatusCode.OK);

        report.Passed.ShouldBeFalse();
        report.Phases[1].Traffic.FirstFailure.ShouldBe("us-east: status 502");
        fleet.Did.ShouldContain("remove f1");
    }

    [Fact]
    public async Task Run_NoSteadyStateBefore_DoesNothing()
    {
        var fleet = new FakeFleet();

        var report = await RunAsync(fleet, _ => HttpStatusCode.ServiceUnavailable);

        report.Passed.ShouldBeFalse();
        fleet.Did.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_SecondActionThrows_UndoesTheFirst()
    {
        var fleet = new FakeFleet { KillFails = true };

        await Should.ThrowAsync<DrillException>(() => RunAsync(fleet, _ => HttpStatusCode.OK));

        fleet.Did.ShouldBe(["fault {}", "remove f1"]);
    }

    [Fact]
    public async Task Run_RollbackThrows_UndoesTheOthersAndSaysSo()
    {
        var fleet = new FakeFleet { StartFails = true };

        var failure = await Should.ThrowAsync<DrillException>(() => RunAsync(fleet, _ => HttpStatusCode.OK));

        failure.Message.ShouldBe("test: rollback failed: does not start");
        fleet.Did.ShouldContain("remove f1");
    }

    private static async Task<DrillReport> RunAsync(FakeFleet fleet, Func<HttpRequestMessage, HttpStatusCode> answer)
    {
        var experiment = new Experiment
        {
            Name = "test",
            Title = "Test",
            Hypothesis = "It holds.",
            Traffic = new TrafficShape("fast", ["us-east"], 500, Streams: false),
            SteadyState = new SteadyState(1, TimeSpan.FromSeconds(30)),
            Actions = [new FaultAction("{}"), new KillAction("eu-west")],
            For = Moment,
        };
        using var http = new HttpClient(new FakeEdge(answer));
        var traffic = new SteadyTraffic(experiment.Traffic, fleet, http, "key");
        return await new DrillRun(experiment, fleet, traffic, Moment, _ => { }).RunAsync(TestContext.Current.CancellationToken);
    }

    private sealed class FakeEdge(Func<HttpRequestMessage, HttpStatusCode> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(answer(request)) { Content = new StringContent("{}") });
    }

    private sealed class FakeFleet : IDrillFleet
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _did = [];

        public bool KillFails { get; init; }
        public bool StartFails { get; init; }
        public string[] Did => [.. _did];

        public Uri EdgeAddress(string region) => new($"http://{region}.test");

        public Task<string> AddFaultAsync(string rule, CancellationToken cancellation) => Do($"fault {rule}", "f1");

        public Task RemoveFaultAsync(string id) => Do($"remove {id}", "");

        public Task KillAsync(string process) => KillFails ? throw new DrillException("cannot be killed") : Do($"kill {process}", "");

        public Task StopAsync(string process) => Do($"stop {process}", "");

        public Task StartAgainAsync(string process) => StartFails ? throw new DrillException("does not start") : Do($"start {process}", "");

        private Task<string> Do(string what, string result)
        {
            _did.Enqueue(what);
            return Task.FromResult(result);
        }
    }
}
