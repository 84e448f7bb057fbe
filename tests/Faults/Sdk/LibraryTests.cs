using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using GlobalGateway.Faults.Clients;
using GlobalGateway.Faults.Fleet;
using GlobalGateway.Faults.Matrix;
using Shouldly;
using Xunit;

namespace GlobalGateway.Faults.Sdk;

/// <summary>A stream that a fault ends after its client has seen some of it makes iterating throw, in every library.</summary>
[Collection(FleetCollection.Name)]
public class LibraryTests(SharedFleet shared)
{
    private const int AtOnce = 24;

    private readonly FaultFleet _fleet = shared.Fleet;

    [Fact]
    public async Task Iterating_AStreamThatBreaksOff_ThrowsInEveryLibrary()
    {
        var cells = Cells();
        _fleet.Activate([.. cells.Select(static cell => cell.Lane)]);
        var rules = await Task.WhenAll(cells.Where(static cell => cell.Fault is not null)
            .Select(cell => _fleet.Faults.AddAsync(new JsonObject { ["promptContains"] = $"{cell.Lane.Model};", ["fault"] = cell.Fault!.Script.DeepClone() })));
        var outcomes = new ConcurrentDictionary<int, LibraryOutcome>();
        using (var libraries = new DotnetLibraries(_fleet.Edge))
        {
            var node = NodeLibraries.StreamAsync(_fleet.Edge, cells.Where(static cell => NodeLibraries.Names.ContainsKey(cell.Library)));
            await Parallel.ForEachAsync(cells.Where(static cell => DotnetLibraries.Names.ContainsKey(cell.Library)), new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
                async (cell, _) => outcomes[cell.Number] = await libraries.StreamAsync(cell));
            foreach (var (number, outcome) in await node)
            {
                outcomes[number] = outcome;
            }
        }

        await Task.WhenAll(rules.Select(_fleet.Faults.RemoveAsync));
        Print(cells, outcomes);
        var failures = new List<string>();
        foreach (var cell in cells)
        {
            var expected = (await _fleet.ExpectedAsync(new ClientRequest(cell.Api, cell.Lane.Model, cell.Prompt, Stream: false))).Text.ToString();
            var outcome = outcomes[cell.Number];
            if (cell.Fault is null ? outcome.Error is not null || outcome.Text != expected : outcome.Error is null || outcome.Text.Length == 0 || !expected.StartsWith(outcome.Text, StringComparison.Ordinal))
            {
                failures.Add($"{cell.Library} over {cell.Lane.First}, {cell.Fault?.Fault ?? "no fault"}, {cell.Fault?.Position}: {outcome.Error ?? "threw nothing"}, text '{outcome.Text}' of '{expected}'");
            }
        }

        failures.Take(20).ShouldBeEmpty($"{failures.Count} of {cells.Count}");
        await _fleet.ShouldHoldNothingAsync();
    }

    /// <summary>Every library, over its own vendor and translated, with every fault after the commit, and once without.</summary>
    private static List<LibraryCell> Cells()
    {
        var cells = new List<LibraryCell>();
        foreach (var (library, api) in DotnetLibraries.Names.Concat(NodeLibraries.Names))
        {
            var own = api switch { ClientApi.Messages => Upstream.Anthropic, ClientApi.Gemini => Upstream.Gemini, _ => Upstream.OpenAI };
            var other = api == ClientApi.Messages ? Upstream.OpenAI : Upstream.Anthropic;
            foreach (var upstream in new[] { own, other })
            {
                foreach (var fault in FaultCases.For(upstream, api, stream: true).Where(static fault => fault is { AfterCommit: true, Tools: false }).Prepend(null))
                {
                    var lane = new Lane(string.Create(CultureInfo.InvariantCulture, $"library-{cells.Count}"), upstream, upstream);
                    cells.Add(new LibraryCell(cells.Count, library, api, lane, fault));
                }
            }
        }

        return cells;
    }

    private static void Print(IReadOnlyList<LibraryCell> cells, ConcurrentDictionary<int, LibraryOutcome> outcomes)
    {
        Console.WriteLine("  iterating a stream that breaks off throws:");
        foreach (var library in cells.Where(static cell => cell.Fault is not null).GroupBy(static cell => cell.Library))
        {
            var threw = library.Where(cell => outcomes[cell.Number].Error is not null).ToList();
            Console.WriteLine($"    {library.Key,-38} {threw.Count} of {library.Count()}: {string.Join(", ", threw.GroupBy(static cell => cell.Fault!.Fault).Select(static fault => $"{fault.Key} {fault.Count()}"))}");
            foreach (var kind in threw.GroupBy(cell => outcomes[cell.Number].Error!.Split(':')[0]))
            {
                Console.WriteLine($"      {kind.Count()} {kind.Key}");
            }
        }
    }
}
