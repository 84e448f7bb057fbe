using System.Text;
using GlobalGateway.ControlPlane.Audit;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Embedded;
using GlobalGateway.ControlPlane.Store.Leadership;
using GlobalGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ControlPlane.Store.Leadership;

public sealed class LeaderTermTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly FleetKeys Keys = new("test");
    private static readonly LeadershipTimes Times = new();

    private readonly string _folder = Directory.CreateTempSubdirectory("gg-store-").FullName;
    private readonly ManualClock _clock = new();
    private EmbeddedKeyValueStore _store = null!;
    private long _lease;

    public async ValueTask InitializeAsync()
    {
        _store = EmbeddedKeyValueStore.Open(_folder, _clock);
        _lease = await _store.GrantLeaseAsync(Times.Lease, None);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Commit_WhileTheKeyIsItsOwn_Writes()
    {
        using var term = await WonAsync();

        (await term.CommitAsync([], [Write("1")], None)).ShouldBeTrue();
        (await term.CommitAsync([StoreCondition.Absent("written")], [Write("2")], None)).ShouldBeFalse();

        (await WrittenAsync()).ShouldBe("1");
        term.Ended.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task Commit_WhenAnotherHasTheKey_WritesNothingAndEndsTheTerm()
    {
        using var term = await WonAsync();
        await _store.RevokeLeaseAsync(_lease, None);
        _lease = await _store.GrantLeaseAsync(Times.Lease, None);
        using var other = await WonAsync();

        await Should.ThrowAsync<LeadershipLostException>(() => term.CommitAsync([], [Write("1")], None));

        (await WrittenAsync()).ShouldBeNull();
        term.Ended.IsCancellationRequested.ShouldBeTrue();
        (await other.CommitAsync([], [Write("2")], None)).ShouldBeTrue();
    }

    [Fact]
    public async Task Commit_WhenTheKeyHasTheSameRevisionButAnotherValue_WritesNothing()
    {
        // What a store does that was restored from a snapshot before this term, and whose next leader came to be at the same revision.
        var commit = await CampaignAsync(LeaderRecord.Of(new PlaneIdentity("other", "")));
        using var term = new LeaderTerm(
            _store, Keys, _clock, Times, LeaderRecord.Of(new PlaneIdentity("this", "")), _lease, commit.Revision, _clock.GetTimestamp(), None);

        await Should.ThrowAsync<LeadershipLostException>(() => term.CommitAsync([], [Write("1")], None));

        (await WrittenAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Commit_AtTwoThirdsOfTheLeaseWithoutAKeepAlive_WritesNothing()
    {
        using var term = await WonAsync();
        _clock.Advance(Times.DemoteAfter - TimeSpan.FromMilliseconds(1));
        (await term.CommitAsync([], [Write("1")], None)).ShouldBeTrue();

        _clock.Advance(TimeSpan.FromMilliseconds(1));

        await Should.ThrowAsync<LeadershipLostException>(() => term.CommitAsync([], [Write("2")], None));
        (await WrittenAsync()).ShouldBe("1");
    }

    [Fact]
    public async Task Kept_SentWhenTheTermHadLapsed_EndsIt()
    {
        using var term = await WonAsync();
        _clock.Advance(Times.DemoteAfter);

        term.Kept(_clock.GetTimestamp());

        term.Ended.IsCancellationRequested.ShouldBeTrue();
        term.Why.ShouldBe(LeaderTerm.NotKept);
    }

    [Fact]
    public async Task Commit_WhenTheStoreIsOlderThanWhatWasRead_EndsTheTerm()
    {
        using var term = await WonAsync();
        var read = await _store.CommitAsync(new StoreTransaction([], [Write("1")]), None);

        // As read from a store that has since been restored.
        await Should.ThrowAsync<LeadershipLostException>(
            () => term.CommitAsync([new StoreCondition.ChangedAt("written", read.Revision + 5)], [Write("2")], None));

        term.Why.ShouldBe(LeaderTerm.SetBack);
        (await WrittenAsync()).ShouldBe("1");
    }

    [Fact]
    public async Task Commit_WhenSomebodyChangedTheKeySince_IsFalseAndTheTermGoesOn()
    {
        using var term = await WonAsync();
        var read = await _store.CommitAsync(new StoreTransaction([], [Write("1")]), None);
        await _store.CommitAsync(new StoreTransaction([], [Write("2")]), None);

        (await term.CommitAsync([new StoreCondition.ChangedAt("written", read.Revision)], [Write("3")], None)).ShouldBeFalse();

        term.Ended.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task Kept_CountsFromWhenTheKeepAliveWasSent()
    {
        using var term = await WonAsync();
        var sentAt = _clock.GetTimestamp();
        _clock.Advance(TimeSpan.FromSeconds(3));

        term.Kept(sentAt);

        term.Left.ShouldBe(Times.DemoteAfter - TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Election_EmptyStore_LeadsOnlyAfterItIsFounded()
    {
        var duty = new RecordingDuty();
        await using var candidate = await CandidateAsync("a", duty);
        var founding = Founding();

        var founded = (await founding.InitialiseAsync("jane", None)).Record;
        await duty.Began.WaitAsync(TimeSpan.FromSeconds(20), None);

        founded.ShouldNotBeNull().Fleet.ShouldBe("test");
        var record = (await _store.RangeAsync(StoreQuery.All(Keys.Audit), None)).Entries.ShouldHaveSingleItem();
        record.CreateRevision.ShouldBe((await _store.RangeAsync(StoreQuery.One(Keys.Founding), None)).Single!.CreateRevision);
        Encoding.UTF8.GetString(record.Value).ShouldContain("\"who\":\"jane\",\"action\":\"fleet.init\",\"subject\":\"fleets/test\"");
        var leader = (await _store.RangeAsync(StoreQuery.One(Keys.Leader), None)).Single;
        leader!.CreateRevision.ShouldBeGreaterThan((await _store.RangeAsync(StoreQuery.One(Keys.Founding), None)).Single!.CreateRevision);
        LeaderRecord.Read(leader).ShouldNotBeNull().Plane.ShouldBe("a");
        (await founding.InitialiseAsync("jane", None)).Refusal.ShouldNotBeNull().ShouldContain("was founded in this store at 2026-01-01T");
    }

    [Fact]
    public async Task Election_WhenTheLeaderStops_TheOtherLeadsInANewTerm()
    {
        await Founding().InitialiseAsync("jane", None);
        var (first, second) = (new RecordingDuty(), new RecordingDuty());
        var leading = await CandidateAsync("a", first);
        var before = await first.Began.WaitAsync(TimeSpan.FromSeconds(20), None);
        await using var waiting = await CandidateAsync("b", second);

        await leading.DisposeAsync();
        var after = await second.Began.WaitAsync(TimeSpan.FromSeconds(20), None);

        before.Ended.IsCancellationRequested.ShouldBeTrue();
        await Should.ThrowAsync<LeadershipLostException>(() => before.CommitAsync([], [Write("1")], None));
        (await after.CommitAsync([], [Write("2")], None)).ShouldBeTrue();
    }

    [Fact]
    public async Task Election_WhenADutyThrows_EndsTheTermForAllAndCampaignsAgain()
    {
        await Founding().InitialiseAsync("jane", None);
        var (failing, steady) = (new FailingDuty(), new RecordingDuty());
        await using var candidate = await CandidateAsync("a", steady, failing);
        var first = await steady.Began.WaitAsync(TimeSpan.FromSeconds(20), None);

        var second = await failing.SecondTerm.WaitAsync(TimeSpan.FromSeconds(20), None);

        first.Ended.IsCancellationRequested.ShouldBeTrue();
        second.ShouldNotBeSameAs(first);
        second.Ended.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task Initialise_StoreWithSomethingInIt_IsRefusedAndRecoverFounds()
    {
        var founding = Founding();
        await _store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put(Keys.Report("a", "us-east.edge-1"), [1], _lease)]), None);
        await _store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put(Keys.Pointer("us-east"), [1])]), None);

        (await founding.InitialiseAsync("jane", None)).Refusal.ShouldNotBeNull().ShouldContain("gg/test/state/pointers/us-east");
        (await founding.ReadAsync(None)).ShouldBeNull();
        (await founding.RecoverAsync("jane", None)).Record.ShouldNotBeNull().Recovered.ShouldBeTrue();
    }

    private Founding Founding() => new(_store, Keys, new AuditLog(_store, Keys, _clock), _clock);

    private static StoreWrite.Put Write(string text) => new StoreWrite.Put("written", Encoding.ASCII.GetBytes(text));

    private async Task<string?> WrittenAsync() =>
        (await _store.RangeAsync(StoreQuery.One("written"), None)).Single is { } entry ? Encoding.ASCII.GetString(entry.Value) : null;

    private Task<StoreCommit> CampaignAsync(LeaderRecord record) =>
        _store.CommitAsync(new StoreTransaction([StoreCondition.Absent(Keys.Leader)], [new StoreWrite.Put(Keys.Leader, record.ToBytes(), _lease)]), None);

    private async Task<LeaderTerm> WonAsync()
    {
        var record = LeaderRecord.Of(new PlaneIdentity("this", ""));
        var sentAt = _clock.GetTimestamp();
        return new LeaderTerm(_store, Keys, _clock, Times, record, _lease, (await CampaignAsync(record)).Revision, sentAt, None);
    }

    private async Task<Candidate> CandidateAsync(string name, params ILeaderDuty[] duties)
    {
        var mirror = new StoreMirror(_store, Keys);
        var election = new LeaderElection(
            _store, Keys, mirror, new PlaneIdentity(name, ""), Times with { RetryFrom = TimeSpan.FromMilliseconds(1) }, duties, TimeProvider.System, NullLogger<LeaderElection>.Instance);
        await mirror.StartAsync(None);
        await election.StartAsync(None);
        return new Candidate(mirror, election);
    }

    private sealed class Candidate(StoreMirror mirror, LeaderElection election) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await election.StopAsync(None);
            await mirror.StopAsync(None);
            election.Dispose();
            mirror.Dispose();
        }
    }

    private sealed class RecordingDuty : ILeaderDuty
    {
        private readonly TaskCompletionSource<ILeadership> _began = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ILeadership> Began => _began.Task;

        public Task RunAsync(ILeadership term)
        {
            _began.TrySetResult(term);
            return Task.Delay(Timeout.InfiniteTimeSpan, term.Ended);
        }
    }

    private sealed class FailingDuty : ILeaderDuty
    {
        private readonly TaskCompletionSource<ILeadership> _second = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _terms;

        public Task<ILeadership> SecondTerm => _second.Task;

        public Task RunAsync(ILeadership term)
        {
            if (Interlocked.Increment(ref _terms) == 1)
            {
                throw new InvalidOperationException("the first term fails");
            }

            _second.TrySetResult(term);
            return Task.Delay(Timeout.InfiniteTimeSpan, term.Ended);
        }
    }
}
