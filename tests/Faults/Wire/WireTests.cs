using System.Collections.Concurrent;
using System.Globalization;
using GlobalGateway.Faults.Clients;
using GlobalGateway.Faults.Fleet;
using GlobalGateway.Faults.Oracle;
using GlobalGateway.Testing.Wire;
using Shouldly;
using Xunit;

namespace GlobalGateway.Faults.Wire;

/// <summary>Faults of the network between edge and provider at random bytes of the response: the same two outcomes as of a provider's faults.</summary>
[Collection(FleetCollection.Name)]
public class WireTests(SharedFleet shared)
{
    private static readonly int Seed = Seeds.First;

    /// <summary>Requests that must meet each fault in each API, streaming and not.</summary>
    private const int Least = 20;

    /// <summary>Per lane; each is asked twice, first undisturbed.</summary>
    private const int Questions = 5;

    private const int LanesAtOnce = 32;

    private static readonly WireFault[] Faults = [WireFault.Cut, WireFault.Reset, WireFault.Stall];

    private readonly FaultFleet _fleet = shared.Fleet;
    private readonly ConcurrentDictionary<(ClientApi Api, bool Stream, WireFault Fault), int[]> _counts = new();
    private readonly ConcurrentQueue<string> _failures = new();

    private sealed record Course(Lane Lane, ClientApi Api, bool Stream, WireFault Fault, FaultProxy Proxy, int Seed);

    [Fact]
    public async Task AnyByte_CutResetOrStalled_IsHiddenOrHonest()
    {
        var courses = Courses();
        _fleet.Activate([.. courses.Select(static course => course.Lane)]);
        using (var client = new PlainClient())
        {
            await Parallel.ForEachAsync(courses, new ParallelOptions { MaxDegreeOfParallelism = LanesAtOnce }, async (course, _) => await RunAsync(client, course));
        }

        Console.WriteLine($"  random bytes, seed {Seed}:");
        foreach (var (group, counts) in _counts.OrderBy(static group => group.Key.ToString(), StringComparer.Ordinal))
        {
            Console.WriteLine($"    {group.Api,-11} {(group.Stream ? "stream" : "      ")} {group.Fault,-5} {counts[0]} met it, {counts[1]} broke off with an error");
        }

        _failures.Take(10).ShouldBeEmpty($"{_failures.Count} failures, seed {Seed}");
        _counts.Where(static group => group.Value[0] < Least).ShouldBeEmpty();
        await _fleet.ShouldHoldNothingAsync();

        foreach (var course in courses)
        {
            // Of the connections that broke or stalled the edge keeps none; one that did not waits in its pool.
            course.Proxy.Open.ShouldBeLessThanOrEqualTo(1, $"connections of {course.Lane.Model}");
            await course.Proxy.DisposeAsync();
        }
    }

    private List<Course> Courses()
    {
        var courses = new List<Course>();
        foreach (var api in ClientApis.Chats)
        {
            foreach (var stream in api == ClientApi.GeminiArray ? [true] : new[] { true, false })
            {
                foreach (var upstream in Upstreams.All)
                {
                    foreach (var fault in Faults)
                    {
                        var proxy = FaultProxy.Start(_fleet.FaultyPort);
                        var next = Upstreams.All[(courses.Count / Faults.Length) % Upstreams.All.Count];
                        courses.Add(new Course(new Lane(string.Create(CultureInfo.InvariantCulture, $"wire-{courses.Count}"), upstream, next, proxy.Port), api, stream, fault, proxy, Seed + courses.Count));
                    }
                }
            }
        }

        return courses;
    }

    private async Task RunAsync(PlainClient client, Course course)
    {
        var random = new Random(course.Seed);
        for (var i = 0; i < Questions; i++)
        {
            var tools = random.Next(3) == 0;
            var request = new ClientRequest(course.Api, course.Lane.Model, $"{course.Lane.Model} question {i} [[tokens={random.Next(1, 40)}]][[flush]]{(tools ? ClientRequest.CallTools : "")}", course.Stream, tools);
            var whole = course.Proxy.Plan(WireFault.None);
            Note(course, request, await _fleet.AskAsync(client, request), whole, mustBeWhole: true);
            var broken = course.Proxy.Plan(course.Fault, random.NextInt64(whole.Seen));
            Note(course, request, await _fleet.AskAsync(client, request), broken, mustBeWhole: !course.Stream);
        }
    }

    private void Note(Course course, ClientRequest request, (ClientAnswer Answer, Judgement Judgement) outcome, WirePlan plan, bool mustBeWhole)
    {
        var counts = _counts.GetOrAdd((course.Api, course.Stream, course.Fault), static _ => new int[2]);
        Interlocked.Add(ref counts[0], plan.Fired > 0 ? 1 : 0);
        Interlocked.Add(ref counts[1], outcome.Judgement.Verdict == Verdict.BrokenOff ? 1 : 0);
        if (outcome.Judgement.Verdict == Verdict.Wrong || mustBeWhole && outcome.Judgement.Verdict != Verdict.Whole)
        {
            _failures.Enqueue($"{course.Api} to {course.Lane.First} then {course.Lane.Healthy}{(request.Stream ? ", stream" : "")}, {plan.Fault} after {plan.Offset} bytes (seed {course.Seed}): {outcome.Judgement.Why ?? outcome.Answer.Text} [{outcome.Answer.Target}, {outcome.Answer.Calls} calls]");
        }
    }
}
