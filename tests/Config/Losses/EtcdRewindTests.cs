using System.Diagnostics;
using GlobalGateway.Config.Stores;
using GlobalGateway.ControlPlane.Store.Leadership;
using Shouldly;
using Xunit;

namespace GlobalGateway.Config.Losses;

/// <summary>A fleet whose etcd comes back from the past, or with nothing: edges keep what they serve, and the store goes on above it.</summary>
public sealed class EtcdRewindTests(EtcdRewindTests.OneMember members) : IClassFixture<EtcdRewindTests.OneMember>
{
    /// <summary>Within this, edges and what the control planes say of them agree again.</summary>
    private static readonly TimeSpan AgreeWithin = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan NobodyLeadsFor = TimeSpan.FromSeconds(3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private StoreFleet Fleet => members.Fleet;

    [Fact]
    public async Task Etcd_RestoredFromASnapshotOneRolloutOld_NoEdgeGoesBack_AndALeaderThatSleptWritesNothing()
    {
        await using var client = new SteadyClient(Fleet);
        await RollOutAsync();
        var snapshot = await Fleet.Etcd.SnapshotAsync("one-rollout-old", Cancel);
        var old = await Fleet.HighestAsync();
        await RollOutAsync();
        var held = await Fleet.HighestAsync();
        held.ShouldBeGreaterThan(old);

        var sleeper = Fleet.Fleet.Process(await Fleet.LeaderAsync());
        sleeper.Pause();
        var asleepAt = Stopwatch.GetTimestamp();
        await Fleet.Etcd.RestoreAsync(snapshot, Cancel);
        var restoredAt = Stopwatch.GetTimestamp();
        await using var log = new StoreLog(Fleet);
        await Fleet.UntilAsync(() => Task.FromResult(log.Since > 0), () => "the restored store does not answer");

        // The hardest moment to wake: its own key is in the store again, so no fence holds it back but its clock.
        await Task.Delay(new LeadershipTimes().DemoteAfter - Stopwatch.GetElapsedTime(asleepAt) + TimeSpan.FromMilliseconds(200), Cancel);
        var (stale, record) = (await Fleet.LeaderKeyAsync()).ShouldNotBeNull();
        StoreFleet.ProcessOf(record).ShouldBe(sleeper.Plan.Name);
        sleeper.Resume();

        await Fleet.UntilAsync(async () => await Fleet.LeaderKeyAsync() is { Record: var next } && next.Campaign != record.Campaign, () => "nobody leads anew");
        await Fleet.SettledAsync();
        await Fleet.UntilAsync(Fleet.AgreesAsync, () => "edges and control planes do not agree");
        Stopwatch.GetElapsedTime(restoredAt).ShouldBeLessThan(AgreeWithin);
        foreach (var region in StoreFleet.Regions)
        {
            (await Fleet.ServedAsync(region)).Sequence.ShouldBeGreaterThan(old, region);
        }

        (await Fleet.HighestAsync()).ShouldBeGreaterThanOrEqualTo(held);
        await Fleet.ShouldBeLegalAsync();
        ShouldHaveWrittenNothing(log, stale.Lease);
        await RollOutAsync();
        await client.EndAsync();
    }

    [Fact]
    public async Task Etcd_WipedAndRecovered_GoesOnAboveWhatTheEdgesHold()
    {
        await using var client = new SteadyClient(Fleet);
        await RollOutAsync();
        var held = await Fleet.HighestAsync();
        await Fleet.Etcd.WipeAsync(Cancel);
        await Task.Delay(NobodyLeadsFor, Cancel);
        (await Fleet.LeaderKeyAsync()).ShouldBeNull("an empty store elects nobody");

        var askedAt = Stopwatch.GetTimestamp();
        using (var answer = await Fleet.PostAsync(StoreFleet.Planes[0], "/api/v1/fleet/recover"))
        {
            answer.EnsureSuccessStatusCode();
        }

        await Fleet.LeaderAsync();
        await Fleet.SettledAsync(status: null);
        await Fleet.UntilAsync(Fleet.AgreesAsync, () => "edges and control planes do not agree");
        Stopwatch.GetElapsedTime(askedAt).ShouldBeLessThan(AgreeWithin);
        (await Fleet.HighestAsync()).ShouldBeGreaterThanOrEqualTo(held);
        await Fleet.ShouldBeLegalAsync();
        await RollOutAsync();
        (await Fleet.HighestAsync()).ShouldBeGreaterThan(held);
        await client.EndAsync();
    }

    private async Task RollOutAsync()
    {
        Fleet.Edit();
        await Fleet.SettledAsync();
    }

    /// <summary>Between the store as it was restored and its next leader, nothing was written but what control planes say of their edges.</summary>
    private void ShouldHaveWrittenNothing(StoreLog log, long staleLease)
    {
        var written = log.Written;
        var leads = written.First(entry => entry.Key == Fleet.Keys.Leader && entry.Lease != staleLease);
        written.Where(entry => entry.ModRevision > log.Since && entry.ModRevision < leads.CreateRevision && !entry.Key.StartsWith(Fleet.Keys.Reports, StringComparison.Ordinal))
            .Select(entry => entry.Key).ShouldBeEmpty();
        written.Where(entry => entry.Key == Fleet.Keys.Heartbeat && entry.ModRevision > leads.CreateRevision).ShouldAllBe(entry => entry.Lease == leads.Lease);
    }

    public sealed class OneMember : IAsyncLifetime
    {
        private StoreFleet? _fleet;

        internal StoreFleet Fleet => _fleet ?? throw new InvalidOperationException("The fleet is not started.");

        public async ValueTask InitializeAsync() => _fleet = await new StoreFleet(TimeSpan.Zero).StartedAsync();

        public ValueTask DisposeAsync() => _fleet?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
