using GlobalGateway.Dialects.Cells;
using GlobalGateway.Dialects.Fleet;
using GlobalGateway.Dialects.Streams;
using Shouldly;
using Xunit;

namespace GlobalGateway.Dialects.Seeded;

/// <summary>The suite is itself tested: each mistake, put into the edge's answers, must turn a cell or a grammar red.</summary>
public class SeededBugTests(DialectFleet fleet)
{
    public static TheoryData<string> Bugs() => [.. SeededBug.All.Select(static bug => bug.Name)];

    [Theory]
    [MemberData(nameof(Bugs))]
    public async Task Bug_InTheEdgesAnswers_IsSeen(string name)
    {
        var bug = SeededBug.All.Single(each => each.Name == name);
        await using var proxy = await MutatingProxy.StartAsync(fleet.Edge, bug.Mutate);

        var wrong = await WrongAsync(bug, proxy.Url);

        proxy.Changed.ShouldBeGreaterThan(0, "the mistake was made nowhere");
        wrong.ShouldNotBeEmpty("nobody saw the mistake");
    }

    /// <summary>The proxy itself is no mistake.</summary>
    [Fact]
    public async Task NoBug_ThroughTheSameProxy_IsSeen()
    {
        await using var proxy = await MutatingProxy.StartAsync(fleet.Edge, static text => text);
        var everything = SeededBug.All[0] with { Cells = [.. SeededBug.All.SelectMany(static bug => bug.Cells).Distinct()], Streams = [.. SeededBug.All.SelectMany(static bug => bug.Streams).Distinct()] };

        (await WrongAsync(everything, proxy.Url)).ShouldBeEmpty();
    }

    private async Task<IReadOnlyList<string>> WrongAsync(SeededBug bug, string edge)
    {
        var wrong = new List<string>();
        foreach (var script in bug.Cells.GroupBy(static cell => cell.Ingress == "embeddings" ? "others.mjs" : "cells.mjs"))
        {
            wrong.AddRange((await NodeCells.RunAsync(script.Key, fleet, edge, script)).Values.OfType<string>());
        }

        foreach (var question in bug.Streams)
        {
            wrong.AddRange(await StreamReading.ViolationsAsync(edge, question));
        }

        return wrong;
    }
}
