using System.Diagnostics;
using System.Text.Json.Nodes;
using GlobalGateway.Faults.Clients;
using GlobalGateway.Faults.Fleet;
using GlobalGateway.Faults.Oracle;
using Shouldly;
using Xunit;

namespace GlobalGateway.Faults.Matrix;

/// <summary>Every scripted fault at every position: before the commit nobody sees it, after it nobody takes it for success.</summary>
[Collection(FleetCollection.Name)]
public class MatrixTests(SharedFleet shared)
{
    /// <summary>Requests that must meet each fault at each position in each API.</summary>
    private const int Least = 20;

    private const int CellsAtOnce = 24;
    private const int Tokens = 12;

    private readonly FaultFleet _fleet = shared.Fleet;

    public static TheoryData<ClientApi> Apis => [.. ClientApis.All];

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task AnyFault_AnyPosition_IsHiddenOrHonest(ClientApi api)
    {
        var started = Stopwatch.GetTimestamp();
        var cells = CellsOf(api);
        _fleet.Activate([.. cells.SelectMany(static cell => cell.Lanes)]);
        var report = new MatrixReport(api);
        using (var client = new PlainClient())
        {
            await Parallel.ForEachAsync(cells, new ParallelOptions { MaxDegreeOfParallelism = CellsAtOnce }, async (cell, _) => await RunAsync(client, cell, report));
        }

        report.Print();
        Console.WriteLine($"    {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
        report.Failures.Take(10).ShouldBeEmpty($"{report.Failures.Count} failures");
        report.Below(Least).ShouldBeEmpty();
        await _fleet.ShouldHoldNothingAsync();
    }

    /// <param name="Requests">How many are asked, spread over the lanes.</param>
    private sealed record Cell(ClientApi Api, FaultCase Fault, bool Stream, int Requests, IReadOnlyList<Lane> Lanes)
    {
        /// <summary>Stands in its prompts and in no others.</summary>
        public string Marker => Lanes[0].Model + ";";
    }

    private static List<Cell> CellsOf(ClientApi api)
    {
        var cells = new List<Cell>();
        var vendors = api == ClientApi.Embeddings ? [Upstream.OpenAI, Upstream.Azure] : Upstreams.All;
        foreach (var stream in api switch { ClientApi.GeminiArray => [true], ClientApi.Embeddings => [false], _ => new[] { true, false } })
        {
            var byGroup = vendors.SelectMany(vendor => FaultCases.For(vendor, api, stream).Select(fault => (vendor, fault))).GroupBy(static each => (each.fault.Fault, each.fault.Position));
            foreach (var group in byGroup)
            {
                foreach (var (vendor, fault) in group)
                {
                    // Every second connection is a fresh one where connections die on reuse.
                    var requests = ((Least / group.Count()) + 1) * (fault.InTurn ? 2 : 1);
                    var perLane = fault.Rests ? 1 : Lane.RequestsMax;
                    var next = vendors[(vendors.ToList().IndexOf(vendor) + 1 + (cells.Count % (vendors.Count - 1))) % vendors.Count];
                    cells.Add(new Cell(api, fault, stream, requests,
                        [.. Enumerable.Range(0, (requests + perLane - 1) / perLane).Select(lane => new Lane($"{api}-{cells.Count}-{lane}", vendor, next) { Embeds = api == ClientApi.Embeddings })]));
                }
            }
        }

        return cells;
    }

    private async Task RunAsync(PlainClient client, Cell cell, MatrixReport report)
    {
        var rule = await _fleet.Faults.AddAsync(new JsonObject { ["promptContains"] = cell.Marker, ["fault"] = cell.Fault.Script.DeepClone() });
        var met = 0;
        await Parallel.ForAsync(0, cell.Requests, new ParallelOptions { MaxDegreeOfParallelism = cell.Fault.InTurn ? 1 : cell.Requests }, async (i, _) =>
        {
            var lane = cell.Lanes[i % cell.Lanes.Count];
            var request = new ClientRequest(cell.Api, lane.Model, $"{cell.Marker} question {i} [[tokens={Tokens}]]{(cell.Fault.Tools ? ClientRequest.CallTools : "")}", cell.Stream, cell.Fault.Tools);
            var (answer, judgement) = await _fleet.AskAsync(client, request);
            if (judgement.Verdict == Verdict.BrokenOff && !cell.Fault.AfterCommit)
            {
                judgement = Judgement.Wrong($"an error before the commit: {answer.Text}");
            }

            report.Judged(cell.Fault, cell.Stream, judgement);
            if (judgement.Verdict == Verdict.Wrong)
            {
                report.Fail($"{cell.Api} to {lane.First} then {lane.Healthy}{(cell.Stream ? ", stream" : "")}, {cell.Fault.Fault}, {cell.Fault.Position}: {judgement.Why} [{answer.Target}, {answer.Calls} calls]");
            }

            if (answer.Calls > 1 || judgement.Verdict == Verdict.BrokenOff)
            {
                Interlocked.Increment(ref met);
            }
        });

        var fired = cell.Fault.IsHarmless ? (await _fleet.Faults.FiredAsync())[rule] : met;
        await _fleet.Faults.RemoveAsync(rule);
        report.Met(cell.Fault, cell.Stream, Math.Min(fired, cell.Requests));
    }
}
