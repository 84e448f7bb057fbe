using System.Globalization;
using System.Text.Json.Nodes;
using GlobalGateway.Faults.Clients;
using GlobalGateway.Faults.Fleet;
using GlobalGateway.Faults.Oracle;
using Shouldly;
using Xunit;

namespace GlobalGateway.Faults.Matrix;

/// <summary>A client that is kept alive while the first target says nothing still gets the whole answer of the second.</summary>
[Collection(FleetCollection.Name)]
public class KeepAliveTests(SharedFleet shared)
{
    private const int Each = 20;

    private readonly FaultFleet _fleet = shared.Fleet;

    [Theory]
    [InlineData(ClientApi.Chat, ": keep-alive")]
    [InlineData(ClientApi.Responses, ": keep-alive")]
    [InlineData(ClientApi.Messages, "event: ping")]
    public async Task Silence_WhileKeptAlive_StaysHidden(ClientApi api, string keepAlive)
    {
        const string Marker = "kept-alive;";
        var lanes = Enumerable.Range(0, Each).Select(i => new Lane(string.Create(CultureInfo.InvariantCulture, $"kept-{i}"), Upstreams.All[i % Upstreams.All.Count], Upstreams.All[i / 4 % Upstreams.All.Count])
        {
            KeepAliveAfter = FaultFleet.Impatience / 4,
        }).ToList();
        _fleet.Activate(lanes);
        var rule = await _fleet.Faults.AddAsync(new JsonObject { ["promptContains"] = Marker, ["fault"] = new JsonObject { ["type"] = "silence", ["durationMs"] = FaultCases.LongMs } });
        using (var client = new PlainClient())
        {
            await Parallel.ForEachAsync(lanes, new ParallelOptions { MaxDegreeOfParallelism = Each }, async (lane, _) =>
            {
                var (answer, judgement) = await _fleet.AskAsync(client, new ClientRequest(api, lane.Model, $"{Marker} {lane.Model} [[tokens=12]]", Stream: true));
                judgement.ShouldBe(new Judgement(Verdict.Whole));
                answer.Text.ShouldStartWith(keepAlive);
            });
        }

        await _fleet.Faults.RemoveAsync(rule);
        await _fleet.ShouldHoldNothingAsync();
    }
}
