using System.Collections.Concurrent;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Routing;

/// <summary>What staying on one target is worth: the share of prompt tokens that providers read from their caches.</summary>
public class PromptCacheTests
{
    private const int Targets = 4;
    // Not a multiple of the targets: else taking turns would keep each conversation in its place by accident.
    private const int Conversations = 13;
    private const int Turns = 6;

    [Fact]
    public async Task Affinity_OfConversations_MultipliesCachedTokens()
    {
        var with = await CachedShareAsync(Affinity.Conversation);
        var without = await CachedShareAsync(Affinity.None);

        Console.WriteLine($"cached tokens of {Conversations} conversations of {Turns} turns over {Targets} targets: {with:P0} with affinity, {without:P0} without");
        with.ShouldBeGreaterThan(0.7);
        with.ShouldBeGreaterThan(without + 0.15);
    }

    private static async Task<double> CachedShareAsync(Affinity affinity)
    {
        var upstreams = await Task.WhenAll(Enumerable.Range(0, Targets).Select(_ => ScriptedUpstream.StartAsync()));
        var (cached, all) = (0L, 0L);
        foreach (var upstream in upstreams)
        {
            // A provider caches by prefix, each for itself.
            var seen = new ConcurrentDictionary<string, int>();
            upstream.Answer = (context, n) =>
            {
                var messages = JsonDocument.Parse(upstream.Requests.ElementAt(n - 1).Body).RootElement.GetProperty("messages");
                var conversation = messages[0].GetProperty("content").GetString()!;
                var tokens = messages.GetRawText().Length / 4;
                Interlocked.Add(ref cached, seen.GetValueOrDefault(conversation));
                Interlocked.Add(ref all, tokens);
                seen[conversation] = tokens;
                return ScriptedUpstream.JsonAsync(context, StatusCodes.Status200OK, ScriptedUpstream.Completion);
            };
        }

        var resources = TestResources.For(upstreams);
        resources = resources with
        {
            Models = [resources.Models[0] with { Affinity = affinity, Strategy = Strategy.RoundRobin, Targets = [.. Enumerable.Range(1, Targets).Select(i => TestResources.Target($"p{i}", 0))] }],
        };
        await using var edge = await EdgeHost.StartAsync(resources);
        var turns = Enumerable.Range(0, Conversations).Select(_ => new List<string>()).ToArray();
        for (var turn = 0; turn < Turns; turn++)
        {
            for (var i = 0; i < Conversations; i++)
            {
                turns[i].Add($$"""{"role":"user","content":"{{i}} {{string.Concat(Enumerable.Repeat("some words of a prompt ", 250))}}"}""");
                (await edge.PostAsync("/v1/chat/completions", $$"""{"model":"fast","messages":[{{string.Join(',', turns[i])}}]}""")).EnsureSuccessStatusCode();
                turns[i].Add("""{"role":"assistant","content":"hi"}""");
            }
        }

        foreach (var upstream in upstreams)
        {
            await upstream.DisposeAsync();
        }

        return (double)cached / all;
    }
}
