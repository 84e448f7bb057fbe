using System.ClientModel;
using System.ClientModel.Primitives;
using System.Globalization;
using GlobalGateway.Faults.Clients;
using GlobalGateway.Faults.Fleet;
using GlobalGateway.Faults.Oracle;
using GlobalGateway.Testing.Wire;
using OpenAI;
using OpenAI.Chat;
using Shouldly;
using Xunit;

namespace GlobalGateway.Faults.Dark;

/// <summary>One of two providers goes dark under load: nobody notices, few calls are wasted on it, and it is used again soon after it is back.</summary>
[Collection(FleetCollection.Name)]
public class OutageTests(SharedFleet shared)
{
    private const int PerSecond = 200;

    private static readonly TimeSpan Before = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BackMax = TimeSpan.FromSeconds(30);

    private readonly FaultFleet _fleet = shared.Fleet;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Provider_Dark_CostsFewCallsAndIsUsedAgain(bool library)
    {
        Outage[] outages =
        [
            new(_fleet, "refused", Darkness.Refuses),
            new(_fleet, "reset", Darkness.Resets),
            new(_fleet, "silence", Darkness.Silent),
            new(_fleet, "status-503", Darkness.None),
        ];
        _fleet.Activate([.. outages.SelectMany(static outage => outage.Providers)], [.. outages.Select(static outage => outage.Model)]);
        var tallies = await Task.WhenAll(outages.Select(outage => RunAsync(outage, library)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  one of two providers dark for {Outage.TotalSeconds:0} s at {PerSecond} requests/s{(library ? ", asked with a library and its default retries" : "")}:"));
        foreach (var (outage, tally, back) in tallies)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"    {outage.Name,-10} {tally.Asked(Phase.Dark)} requests, {tally.CallsPerAsked(Phase.Dark):0.000} calls each (at most {outage.AttemptsMax(tally.DarkShare(Phase.Before), Outage):0.000}), {tally.SentPerAsked(Phase.Dark):0.000} client calls each, {tally.Failed} failed; share before {tally.DarkShare(Phase.Before):P0}, used again after {back.TotalSeconds:0.0} s"));
        }

        foreach (var (outage, tally, back) in tallies)
        {
            tally.Failed.ShouldBe(0, $"{outage.Name}: {tally.FirstFailure}");
            tally.Asked(Phase.Dark).ShouldBeGreaterThanOrEqualTo((int)(PerSecond * Outage.TotalSeconds));
            tally.DarkShare(Phase.Before).ShouldBeGreaterThan(0.1, $"{outage.Name} was not in use before");
            tally.CallsPerAsked(Phase.Dark).ShouldBeLessThanOrEqualTo(outage.AttemptsMax(tally.DarkShare(Phase.Before), Outage), outage.Name);
            back.ShouldBeLessThan(BackMax, outage.Name);
        }

        await _fleet.ShouldHoldNothingAsync();
        foreach (var outage in outages)
        {
            await outage.DisposeAsync();
        }
    }

    private async Task<(Outage Outage, Tally Tally, TimeSpan Back)> RunAsync(Outage outage, bool library)
    {
        using var tally = new Tally(outage.DarkProvider);
        using var http = new HttpClient(tally) { Timeout = TimeSpan.FromSeconds(100) };
        var ask = library ? Library(outage, http) : await PlainAsync(outage, http);
        await LoadAsync(tally, ask, Before, static () => false);
        await outage.BeginAsync();
        tally.Phase = Phase.Dark;
        await LoadAsync(tally, ask, Outage, static () => false);
        tally.Phase = Phase.After;
        await outage.EndAsync();
        var ended = TimeProvider.System.GetTimestamp();
        await LoadAsync(tally, ask, BackMax, () => tally.BackAt > 0);
        return (outage, tally, tally.BackAt > 0 ? TimeProvider.System.GetElapsedTime(ended, tally.BackAt) : BackMax);
    }

    /// <summary>Begins requests at the rate whether or not earlier ones have ended, and waits for all.</summary>
    private static async Task LoadAsync(Tally tally, Func<Task<string?>> ask, TimeSpan time, Func<bool> done)
    {
        var clock = TimeProvider.System;
        var started = clock.GetTimestamp();
        var open = new List<Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (open.Count < time.TotalSeconds * PerSecond && !done() && await timer.WaitForNextTickAsync())
        {
            while (open.Count < Math.Min(clock.GetElapsedTime(started).TotalSeconds, time.TotalSeconds) * PerSecond)
            {
                open.Add(tally.AskAsync(ask));
            }
        }

        await Task.WhenAll(open);
    }

    private async Task<Func<Task<string?>>> PlainAsync(Outage outage, HttpClient http)
    {
        var client = new PlainClient(http);
        var whole = new ClientRequest(ClientApi.Chat, outage.Name, $"{outage.Name} [[tokens=5]]", Stream: false);
        var expected = await _fleet.ExpectedAsync(whole);
        var number = 0;
        return async () =>
        {
            var request = whole with { Stream = Interlocked.Increment(ref number) % 2 == 0 };
            var judgement = AnswerOracle.Judge(request, expected, await client.SendAsync(request, _fleet.Edge, FaultFleet.ClientKey, TimeSpan.FromSeconds(30)));

            // Of a stream that was under way when it went dark a part may have been seen.
            return judgement.Verdict == Verdict.Wrong ? judgement.Why : null;
        };
    }

    private Func<Task<string?>> Library(Outage outage, HttpClient http)
    {
        var chat = new ChatClient(outage.Name, new ApiKeyCredential(FaultFleet.ClientKey), new OpenAIClientOptions { Endpoint = new Uri($"{_fleet.Edge}/v1"), Transport = new HttpClientPipelineTransport(http) });
        return async () =>
        {
            ChatCompletion answer = await chat.CompleteChatAsync($"{outage.Name} [[tokens=5]]");
            return answer.FinishReason == ChatFinishReason.Stop && answer.Content[0].Text.Length > 0 ? null : "no answer";
        };
    }
}
