using System.Globalization;
using System.Text.Json.Nodes;
using GlobalGateway.Faults.Clients;
using GlobalGateway.Faults.Fleet;
using GlobalGateway.Faults.Oracle;
using Shouldly;
using Xunit;

namespace GlobalGateway.Faults.Matrix;

/// <summary>To clients that speak HTTP/2 a broken answer is a reset stream, beside which the others of their connection go on.</summary>
[Collection(FleetCollection.Name)]
public class Http2Tests(SharedFleet shared)
{
    private const int AtOnce = 32;

    private readonly FaultFleet _fleet = shared.Fleet;

    private sealed record Course(ClientApi Api, FaultCase Fault, Lane Lane);

    [Fact]
    public async Task AnyFault_OverHttp2_IsHiddenOrHonest()
    {
        var courses = new List<Course>();
        foreach (var api in ClientApis.Chats)
        {
            var upstream = Upstreams.All[(int)api];
            courses.AddRange(FaultCases.For(upstream, api, stream: true).Where(static fault => !fault.InTurn).Select((fault, i) =>
                new Course(api, fault, new Lane(string.Create(CultureInfo.InvariantCulture, $"http2-{api}-{i}"), upstream, Upstreams.All[((int)api + 1) % Upstreams.All.Count]))));
        }

        _fleet.Activate([.. courses.Select(static course => course.Lane)]);
        var verdicts = new int[3];
        var failures = new List<string>();
        using (var client = PlainClient.Http2())
        {
            await Parallel.ForEachAsync(courses, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (course, _) =>
            {
                var marker = course.Lane.Model + ";";
                var rule = await _fleet.Faults.AddAsync(new JsonObject { ["promptContains"] = marker, ["fault"] = course.Fault.Script.DeepClone() });
                var request = new ClientRequest(course.Api, course.Lane.Model, $"{marker} [[tokens=12]]{(course.Fault.Tools ? ClientRequest.CallTools : "")}", Stream: true, course.Fault.Tools);
                var (_, judgement) = await _fleet.AskAsync(client, request);
                await _fleet.Faults.RemoveAsync(rule);
                lock (failures)
                {
                    verdicts[(int)judgement.Verdict]++;
                    if (judgement.Verdict == Verdict.Wrong || judgement.Verdict == Verdict.BrokenOff && !course.Fault.AfterCommit)
                    {
                        failures.Add($"{course.Api} to {course.Lane.First}, {course.Fault.Fault}, {course.Fault.Position}: {judgement.Why ?? "broke off"}");
                    }
                }
            });
        }

        Console.WriteLine($"  over HTTP/2: of {courses.Count} streams that met a fault {verdicts[(int)Verdict.Whole]} came whole, {verdicts[(int)Verdict.BrokenOff]} were reset after an error event");
        failures.Take(10).ShouldBeEmpty($"{failures.Count} failures");
        verdicts[(int)Verdict.BrokenOff].ShouldBeGreaterThan(100);
        await _fleet.ShouldHoldNothingAsync();
    }
}
