using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Faults.Clients;
using GlobalGateway.Faults.Fleet;
using GlobalGateway.Faults.Matrix;
using GlobalGateway.Faults.Oracle;
using Shouldly;
using Xunit;

namespace GlobalGateway.Faults.Script;

/// <summary>
/// A property: whatever two of three targets do, in whatever order and however many at a time, every request ends whole, or
/// honestly broken off after its client had seen some of it. A failure names the seed that repeats it.
/// </summary>
[Collection(FleetCollection.Name)]
public class RandomScriptTests(SharedFleet shared)
{
    private static readonly int Seed = Seeds.First;
    private const int Requests = 5_000;
    private const int AtOnce = 32;
    private const int Models = 24;
    private const int Rules = 60;

    /// <summary>Share of the requests whose prompt a rule waits for.</summary>
    private const double Faulty = 0.3;

    private readonly FaultFleet _fleet = shared.Fleet;
    private readonly ConcurrentQueue<string> _failures = new();

    [Fact]
    public async Task RandomFaults_AnyOrder_EveryRequestIsWholeOrHonest()
    {
        var started = Stopwatch.GetTimestamp();
        var random = new Random(Seed);
        Activate(random);
        var rules = await ScriptAsync(random);
        var verdicts = new int[Enum.GetValues<Verdict>().Length];
        var calls = 0;
        using (var client = new PlainClient())
        {
            await Parallel.ForAsync(0, Requests, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
            {
                // Each request has its own seed, so one can be asked again by its number.
                var request = RequestOf(new Random(Seed + i), i);
                var (answer, judgement) = await _fleet.AskAsync(client, request);
                Interlocked.Increment(ref verdicts[(int)judgement.Verdict]);
                Interlocked.Add(ref calls, answer.Calls);
                if (judgement.Verdict == Verdict.Wrong)
                {
                    _failures.Enqueue($"request {i} of seed {Seed} ({request.Api}, {request.Model}{(request.Stream ? ", stream" : "")}, '{request.Prompt}'): {judgement.Why} [{answer.Target}, {answer.Calls} calls]");
                }
            });
        }

        var fired = (await _fleet.Faults.FiredAsync()).Where(rule => rules.Contains(rule.Key)).Sum(static rule => rule.Value);
        await _fleet.Faults.ClearAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  random script, seed {Seed}: {Requests} requests, {fired} faults, {calls} calls, {verdicts[(int)Verdict.Whole]} whole, {verdicts[(int)Verdict.BrokenOff]} broke off with an error, {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s"));
        _failures.Take(10).ShouldBeEmpty($"{_failures.Count} failures, seed {Seed}");
        fired.ShouldBeGreaterThan(Requests / 10);
        await _fleet.ShouldHoldNothingAsync();
    }

    /// <summary>Models with two targets that meet faults and one that never does, with the shipped settings and with each of those that a model may choose.</summary>
    private void Activate(Random random)
    {
        var providers = new List<Provider>(Upstreams.All.Select(_fleet.HealthyOf));
        var models = new List<Model>();
        for (var i = 0; i < Models; i++)
        {
            var continues = i % 3 == 0;
            var targets = new List<ModelTarget>();
            for (var at = 0; at < 3; at++)
            {
                // What takes up a broken answer is Anthropic here, so one that could is always there.
                var upstream = continues && at == 2 ? Upstream.Anthropic : Upstreams.All[random.Next(Upstreams.All.Count)];
                var faulty = at < 2 ? _fleet.ProviderOf(string.Create(CultureInfo.InvariantCulture, $"script-{i}-{at}"), upstream, meetsFaults: true) : null;
                if (faulty is not null)
                {
                    providers.Add(faulty);
                }

                targets.Add(new ModelTarget
                {
                    Provider = faulty?.Name ?? _fleet.HealthyOf(upstream).Name,
                    Model = upstream.Model(),
                    Priority = at,
                    Capabilities = upstream.Capabilities() with { Prefill = upstream == Upstream.Anthropic },
                    Timeouts = faulty is null ? null : new TargetTimeouts { FirstToken = FaultFleet.Impatience, InterToken = FaultFleet.Impatience },
                });
            }

            models.Add(new Model
            {
                Name = string.Create(CultureInfo.InvariantCulture, $"script-{i}"),
                Targets = targets,
                Strategy = i % 2 == 0 ? Strategy.Latency : Strategy.Priority,
                Continuation = continues,
                Hedging = i % 4 == 1 ? new Hedging() : null,
                KeepAliveAfter = i % 5 == 0 ? FaultFleet.Impatience / 4 : Model.KeepAliveAfterDefault,
            });
        }

        _fleet.Activate(providers, models);
    }

    private async Task<HashSet<string>> ScriptAsync(Random random)
    {
        var all = Upstreams.All.SelectMany(static upstream => FaultCases.For(upstream, ClientApi.Chat, stream: true).Concat(FaultCases.For(upstream, ClientApi.Chat, stream: false)))
            .DistinctBy(static fault => fault.Script.ToJsonString()).ToArray();
        var ids = new HashSet<string>();
        for (var i = 0; i < Rules; i++)
        {
            var fault = all[random.Next(all.Length)];
            var rule = new JsonObject { ["promptContains"] = Marker(i), ["seed"] = random.Next(), ["probability"] = random.Next(2) == 0 ? 1 : 0.2 + (0.8 * random.NextDouble()), ["fault"] = fault.Script.DeepClone() };
            if (fault.Rests)
            {
                // A target that rests meets no other faults meanwhile: a few are enough.
                rule["count"] = 5;
            }

            ids.Add(await _fleet.Faults.AddAsync(rule));
        }

        return ids;
    }

    private static ClientRequest RequestOf(Random random, int number)
    {
        var api = ClientApis.Chats[random.Next(ClientApis.Chats.Count)];
        var tools = random.Next(4) == 0;
        var marker = random.NextDouble() < Faulty ? Marker(random.Next(Rules)) : "";
        var prompt = $"{marker} question {number} [[tokens={random.Next(1, 30)}]]{(random.Next(3) == 0 ? "[[flush]]" : "")}{(tools ? ClientRequest.CallTools : "")}";
        return new ClientRequest(api, $"script-{random.Next(Models)}", prompt, api == ClientApi.GeminiArray || random.Next(2) == 0, tools);
    }

    private static string Marker(int rule) => string.Create(CultureInfo.InvariantCulture, $"rule-{rule};");
}
