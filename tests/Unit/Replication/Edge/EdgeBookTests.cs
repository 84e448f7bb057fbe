using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.Edge;

public class EdgeBookTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly UsageLabels Labels = new("req-1", "acme", "research", "ci", "fast", "openai");
    private readonly List<(string Incarnation, byte[] Record)> _disk = [];
    private readonly MemoryJournal _journal;
    private readonly EdgeBook _book;

    public EdgeBookTests()
    {
        _journal = new MemoryJournal(_disk, "i1");
        _book = EdgeBook.Open(_journal, new Dictionary<string, JournalEnd>(), Now);
    }

    [Fact]
    public async Task TryReserve_OneBudgetShort_TakesFromNone()
    {
        var (key, tenant) = (await HoldingAsync("key", 10), await HoldingAsync("tenant", 3));

        var reservation = _book.TryReserve([new(key, N(5)), new(tenant, N(5))], Labels, out var lacking);

        reservation.ShouldBeNull();
        lacking.ShouldBe(tenant);
        key.Held.ShouldBe(N(10));
    }

    [Fact]
    public async Task TryReserve_JournalFull_GivesEverythingBack()
    {
        var (key, tenant) = (await HoldingAsync("key", 10), await HoldingAsync("tenant", 10));
        _journal.IsFull = true;

        _book.TryReserve([new(key, N(5)), new(tenant, N(5))], Labels, out var lacking).ShouldBeNull();

        lacking.ShouldBeNull();
        (key.Held, tenant.Held).ShouldBe((N(10), N(10)));
        _book.OpenReservations.ShouldBe(0);
    }

    [Fact]
    public async Task TryReserve_FewWants_WritesOneRecord()
    {
        var (key, tenant) = (await HoldingAsync("key", 10), await HoldingAsync("tenant", 10));
        var before = _disk.Count;

        var reservation = _book.TryReserve([new(key, N(5)), new(tenant, N(5))], Labels, out _)!;
        _book.Settle(reservation, Used(2));

        (_disk.Count - before).ShouldBe(2);
    }

    [Fact]
    public async Task Settle_Twice_CountsOnce()
    {
        var holding = await HoldingAsync("key", 10);
        var reservation = _book.TryReserve([new(holding, N(5))], Labels, out _)!;

        _book.Settle(reservation, Used(2));
        _book.Settle(reservation, Used(2));
        _book.Return(reservation);

        holding.Held.ShouldBe(N(8));
    }

    [Fact]
    public async Task TopUp_IsSettledWithTheReservation()
    {
        var holding = await HoldingAsync("key", 10);
        var reservation = _book.TryReserve([new(holding, N(5))], Labels, out _)!;

        _book.TryTopUp(reservation, [new(holding, N(4))], out _).ShouldBeTrue();
        _book.TryTopUp(reservation, [new(holding, N(4))], out var lacking).ShouldBeFalse();
        _book.Settle(reservation, Used(7));

        lacking.ShouldBe(holding);
        holding.Held.ShouldBe(N(3));
        _book.TryTopUp(reservation, [new(holding, N(1))], out _).ShouldBeFalse();
    }

    [Fact]
    public async Task LeaseAsync_IsSyncedBeforeItIsUsed()
    {
        var holding = _book.Account(new AccountKey("key", 0), BudgetUnits.Requests, 1)!;
        _book.Register(holding, 1);
        (await _book.LeaseAsync(holding, 1, N(5))).ShouldBeFalse();
        _book.ReadSeals(holding, 1, 0);

        (await _book.LeaseAsync(holding, 1, N(5))).ShouldBeTrue();

        _journal.Syncs.ShouldBe(1);
    }

    [Fact]
    public async Task Open_KilledWithACallInFlight_ChargesItAsReservedAndFlagsIt()
    {
        var holding = await HoldingAsync("key", 10);
        _book.Settle(_book.TryReserve([new(holding, N(3))], Labels, out _)!, Used(2));
        _book.Return(_book.TryReserve([new(holding, N(3))], Labels, out _)!);
        _book.TryReserve([new(holding, N(4))], Labels, out _);

        var row = Inherited(JournalEnd.Whole, out var events);

        row.Used.ShouldBe(N(6));
        row.Estimated.ShouldBe(N(4));
        row.Incarnation.ShouldBe("i1");
        events.Select(e => (e.Incarnation, e.Sequence, e.Spend.Requests, e.Estimated)).ShouldBe([("i1", 1, 2, false), ("i1", -3, 4, true)]);
    }

    [Fact]
    public async Task Open_TornJournal_ChargesEverythingThatWasLeased()
    {
        var holding = await HoldingAsync("key", 10);
        _book.Settle(_book.TryReserve([new(holding, N(3))], Labels, out _)!, Used(2));

        var row = Inherited(JournalEnd.Torn, out _);

        row.Used.ShouldBe(N(10));
        row.Estimated.ShouldBe(N(8));
    }

    [Fact]
    public async Task Open_TornAtAnyRecord_NeverChargesLessThanWhatWasUsed()
    {
        var holding = await HoldingAsync("key", 10);
        _book.Settle(_book.TryReserve([new(holding, N(3))], Labels, out _)!, Used(3));
        _book.TryReserve([new(holding, N(4))], Labels, out _);
        _book.Settle(_book.TryReserve([new(holding, N(3))], Labels, out _)!, Used(1));
        var whole = _disk.ToArray();
        var leased = Array.FindIndex(whole, entry => entry.Record[0] == (byte)BookRecordKind.Lease);

        for (var kept = leased + 1; kept <= whole.Length; kept++)
        {
            _disk.Clear();
            _disk.AddRange(whole[..kept]);

            Inherited(JournalEnd.Torn, out _).Used.ShouldBe(N(10), $"with {kept} records");
        }
    }

    [Fact]
    public async Task Open_SuccessorKilledBeforeItTookAllOver_LosesNothing()
    {
        await HoldingAsync("key", 10);
        await HoldingAsync("tenant", 10);
        var mine = _disk.Count;
        EdgeBook.Open(new MemoryJournal(_disk, "i2"), Ends("i1"), Now);
        var all = _disk.ToArray();

        for (var kept = mine; kept <= all.Length; kept++)
        {
            _disk.Clear();
            _disk.AddRange(all[..kept]);
            var third = EdgeBook.Open(new MemoryJournal(_disk, "i3"), Ends("i1", "i2"), Now);
            var holdings = new List<Holding>();
            third.CollectInherited(holdings);

            holdings.Select(holding => holding.Account.Budget).Order().ToArray().ShouldBe(["key", "tenant"], $"with {kept - mine} of the successor's records");
        }
    }

    [Fact]
    public async Task Checkpoint_ReadFromThere_IsTheSameState()
    {
        var holding = await HoldingAsync("key", 10);
        _book.Settle(_book.TryReserve([new(holding, N(3))], Labels, out _)!, Used(2));
        var open = _book.TryReserve([new(holding, N(4))], Labels, out _)!;
        var late = _book.TryReserve([new(holding, N(1))], Labels, out _)!;

        _book.BeginCheckpoint(out var from, out var accounts).ShouldBeTrue();
        // Requests go on while it is written.
        _book.Settle(late, Used(1));
        _book.Checkpoint(accounts).ShouldBeTrue();
        _book.TryReserve([new(holding, N(2))], Labels, out _).ShouldNotBeNull();
        _disk.RemoveRange(0, from.Offset);
        var row = Inherited(JournalEnd.Whole, out _);

        row.Used.ShouldBe(N(9));
        row.Estimated.ShouldBe(N(6));
        open.Parts.ShouldNotBeEmpty();
    }

    [Fact]
    public void Open_RecordOfTheFuture_SaysSo()
    {
        _disk.Add(("i0", [200]));

        Should.Throw<LedgerCorruptException>(() => EdgeBook.Open(new MemoryJournal(_disk, "i9"), Ends("i0"), Now)).Message.ShouldContain("200");
    }

    private static SpendVector N(long amount) => new(amount, 0, 0);

    private static CallUsage Used(long amount) => new(Now, N(amount), 1, 0, 1, Estimated: false);

    private static Dictionary<string, JournalEnd> Ends(params string[] incarnations) => incarnations.ToDictionary(name => name, _ => JournalEnd.Whole);

    private async Task<Holding> HoldingAsync(string budget, long rights)
    {
        var holding = _book.Account(new AccountKey(budget, 0), BudgetUnits.Requests, 1)!;
        _book.Register(holding, 1).ShouldBeTrue();
        _book.ReadSeals(holding, 1, 0);
        (await _book.LeaseAsync(holding, 1, N(rights))).ShouldBeTrue();
        return holding;
    }

    // What the successor reports, whether or not the epoch is sealed, and the usage events it sends.
    private UsedRow Inherited(JournalEnd end, out List<UsageEvent> events)
    {
        var journal = new MemoryJournal(_disk, "i2");
        var book = EdgeBook.Open(journal, new Dictionary<string, JournalEnd> { ["i1"] = end }, Now);
        var holdings = new List<Holding>();
        book.CollectInherited(holdings);
        var holding = holdings.ShouldHaveSingleItem();
        var rows = new List<UsedRow>();
        book.CollectDue(holding, rows);
        var found = new List<UsageEvent>();
        var position = default(JournalPosition);
        journal.Read(ref position, (incarnation, _, record) =>
        {
            if (UsageRecords.Event(incarnation, "eu", record) is { } usage)
            {
                found.Add(usage);
            }

            return true;
        });
        events = found;
        rows.ShouldHaveSingleItem().Final.ShouldBeTrue();
        return rows[0];
    }
}
