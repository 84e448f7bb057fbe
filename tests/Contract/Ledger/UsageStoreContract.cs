using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Ledger;

/// <summary>What every store of usage events keeps.</summary>
public abstract class UsageStoreContract
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A tenant of each test's own, for stores that outlive it.</summary>
    private readonly string _tenant = $"t-{Guid.NewGuid():N}";

    protected abstract IUsageStore Open();

    [Fact]
    public async Task Query_OfEventsSentTwice_GivesEachOnce()
    {
        var events = Enumerable.Range(0, 300).Select(i => Event(i) with { At = Noon.AddSeconds(i * 30) }).ToArray();

        await Open().AppendAsync(events);
        await Open().AppendAsync([.. events.Skip(100)]);

        (await QueryAsync(All())).OrderBy(usage => usage.Sequence).ShouldBe(events);
    }

    [Fact]
    public async Task Query_OfTwoIncarnationsWithTheSameSequence_GivesBoth()
    {
        await Open().AppendAsync([Event(1), Event(1) with { Incarnation = $"{_tenant}-other" }]);

        (await QueryAsync(All())).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Query_ByEachLabel_GivesOnlyThose()
    {
        var odd = Event(1) with
        {
            Region = "eu-west",
            Labels = new UsageLabels("r-1", _tenant, "red", "key-2", "smart", "anthropic"),
        };
        await Open().AppendAsync([Event(0), odd, Event(2)]);

        foreach (var query in new[]
        {
            All() with { Team = "red" }, All() with { Key = "key-2" }, All() with { Model = "smart" }, All() with { Provider = "anthropic" }, All() with { Region = "eu-west" },
        })
        {
            (await QueryAsync(query)).ShouldBe([odd], query.ToString());
        }

        (await QueryAsync(All() with { Tenant = "nobody" })).ShouldBeEmpty();
    }

    [Fact]
    public async Task Query_BeginsAtTheHourAndEndsBeforeItsEnd()
    {
        var times = new[] { -1, 0, 30, 59, 60, 61, 120 }.Select(minute => Noon.AddMinutes(minute)).ToArray();
        await Open().AppendAsync([.. times.Select((at, i) => Event(i) with { At = at })]);

        var read = await QueryAsync(All() with { From = Noon.AddMinutes(45), Until = Noon.AddMinutes(61) });

        read.Select(usage => usage.Sequence).Order().ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public async Task Query_WhileOthersAppend_LosesNothingThatWasThere()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async edge =>
        {
            for (var i = 0; i < 20; i++)
            {
                await Open().AppendAsync([Event(i) with { Incarnation = $"{_tenant}-{edge}" }]);
                (await QueryAsync(All())).Count(usage => usage.Incarnation == $"{_tenant}-{edge}").ShouldBe(i + 1);
            }
        }));
    }

    private UsageQuery All() => new(Noon.AddHours(-2), Noon.AddHours(5), Tenant: _tenant);

    private UsageEvent Event(long sequence) => new(
        $"{_tenant}-edge", sequence, Noon.AddTicks(sequence), "us-east", new UsageLabels($"r-{sequence}", _tenant, "blue", null, "fast", "openai"),
        12, 4, 34, new SpendVector(1, 46, 118_400), sequence % 2 == 1);

    private async Task<List<UsageEvent>> QueryAsync(UsageQuery query)
    {
        var events = new List<UsageEvent>();
        await foreach (var usage in Open().QueryAsync(query))
        {
            events.Add(usage);
        }

        return events;
    }
}
