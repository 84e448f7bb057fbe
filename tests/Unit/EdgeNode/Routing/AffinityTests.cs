using System.Net;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Routing;

public class AffinityTests
{
    private static readonly string Long = new('x', 8_000);

    [Fact]
    public async Task Conversation_LongPrompt_StaysOnItsTarget()
    {
        await using var first = await ScriptedUpstream.StartAsync();
        await using var second = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(RoundRobin(first, second));

        for (var turn = 0; turn < 6; turn++)
        {
            await edge.PostAsync("/v1/chat/completions", Turn(Long, turn));
        }

        new[] { first.Requests.Count, second.Requests.Count }.Order().ShouldBe([0, 6]);
    }

    [Fact]
    public async Task Conversation_ShortPrompt_IsSpread()
    {
        await using var first = await ScriptedUpstream.StartAsync();
        await using var second = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(RoundRobin(first, second));

        for (var turn = 0; turn < 6; turn++)
        {
            await edge.PostAsync("/v1/chat/completions", Turn("short", turn));
        }

        first.Requests.Count.ShouldBe(3);
        second.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public void Memory_AfterTheCacheLifetime_Forgets()
    {
        var clock = new ManualClock();
        var subject = new AffinityMemory(clock);
        var key = new AffinityKey("acme", "fast", 1);
        subject.Remember(key, "a");
        clock.Advance(AffinityMemory.CacheLifetime - TimeSpan.FromSeconds(1));
        subject.Find(key).ShouldBe("a");

        clock.Advance(TimeSpan.FromSeconds(1));

        subject.Find(key).ShouldBeNull();
    }

    [Fact]
    public async Task ContextTooLong_GoesToTheModelNamedForIt_NotToOthersOfTheSame()
    {
        await using var small = await ScriptedUpstream.StartAsync();
        await using var same = await ScriptedUpstream.StartAsync();
        await using var large = await ScriptedUpstream.StartAsync();
        small.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 400, """{"error":{"message":"too long","code":"context_length_exceeded"}}""");
        var resources = TestResources.For(small, same, large);
        await using var edge = await EdgeHost.StartAsync(resources with
        {
            Models =
            [
                resources.Models[0] with { Targets = [TestResources.Target("p1", 0), TestResources.Target("p2", 1)], ContextFallbacks = ["long"] },
                new Model { Name = "long", Targets = [TestResources.Target("p3", 0)] },
            ],
            Tenants = [resources.Tenants[0] with { Models = ["fast", "long"] }],
        });

        var response = await edge.ChatAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        same.Requests.ShouldBeEmpty();
        large.Requests.Count.ShouldBe(1);
    }

    private static ResourceSet RoundRobin(ScriptedUpstream first, ScriptedUpstream second)
    {
        var resources = TestResources.For(first, second);
        return resources with { Models = [resources.Models[0] with { Strategy = Strategy.RoundRobin }] };
    }

    private static string Turn(string system, int turn) =>
        $$"""{"model":"fast","messages":[{"role":"system","content":"{{system}}"},{"role":"user","content":"first"},{"role":"user","content":"turn {{turn}}"}]}""";
}
