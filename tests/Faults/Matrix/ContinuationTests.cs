using System.Globalization;
using System.Text.Json.Nodes;
using GlobalGateway.Faults.Clients;
using GlobalGateway.Faults.Fleet;
using GlobalGateway.Faults.Oracle;
using Shouldly;
using Xunit;

namespace GlobalGateway.Faults.Matrix;

/// <summary>Where a model's answers go on at another target, a text that breaks off reaches its client whole.</summary>
[Collection(FleetCollection.Name)]
public class ContinuationTests(SharedFleet shared)
{
    private const int LanesAtOnce = 24;

    private readonly FaultFleet _fleet = shared.Fleet;

    private sealed record Course(ClientApi Api, FaultCase Fault, Lane Lane)
    {
        /// <summary>A call that was begun cannot be taken up, nor an answer whose end was announced or that is one JSON array; a response that its provider made is whole only there.</summary>
        public bool GoesOn => Fault.Position is "after the first token" or "mid text"
            && Api != ClientApi.GeminiArray && !(Api == ClientApi.Responses && Lane.First is (Upstream.OpenAI or Upstream.OpenAIResponses or Upstream.Azure));
    }

    [Fact]
    public async Task Text_BrokenOff_GoesOnElsewhere()
    {
        var courses = new List<Course>();
        foreach (var api in ClientApis.Chats)
        {
            foreach (var upstream in Upstreams.All)
            {
                courses.AddRange(FaultCases.For(upstream, api, stream: true).Where(static fault => fault.AfterCommit).Select((fault, i) =>
                    new Course(api, fault, new Lane(string.Create(CultureInfo.InvariantCulture, $"goes-on-{api}-{upstream}-{i}"), upstream, Upstream.Anthropic) { Continues = true })));
            }
        }

        _fleet.Activate([.. courses.Select(static course => course.Lane)]);
        var verdicts = new int[3];
        var failures = new List<string>();
        using (var client = new PlainClient())
        {
            await Parallel.ForEachAsync(courses, new ParallelOptions { MaxDegreeOfParallelism = LanesAtOnce }, async (course, _) =>
            {
                var marker = course.Lane.Model + ";";
                var rule = await _fleet.Faults.AddAsync(new JsonObject { ["promptContains"] = marker, ["fault"] = course.Fault.Script.DeepClone() });
                var request = new ClientRequest(course.Api, course.Lane.Model, $"{marker} [[tokens=12]]{(course.Fault.Tools ? ClientRequest.CallTools : "")}", Stream: true, course.Fault.Tools);
                var (answer, judgement) = await _fleet.AskAsync(client, request);
                await _fleet.Faults.RemoveAsync(rule);
                lock (failures)
                {
                    verdicts[(int)judgement.Verdict]++;
                    if (judgement.Verdict == Verdict.Wrong || course.GoesOn && judgement.Verdict != Verdict.Whole)
                    {
                        failures.Add($"{course.Api} to {course.Lane.First}, {course.Fault.Fault}, {course.Fault.Position}: {judgement.Why ?? answer.Text}");
                    }
                }
            });
        }

        Console.WriteLine($"  with continuation: {courses.Count(static course => course.GoesOn)} texts broke off and went on elsewhere; of {courses.Count} answers {verdicts[(int)Verdict.Whole]} came whole, {verdicts[(int)Verdict.BrokenOff]} broke off with an error");
        failures.Take(10).ShouldBeEmpty($"{failures.Count} failures");
        await _fleet.ShouldHoldNothingAsync();
    }
}
