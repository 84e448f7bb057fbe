using System.Collections.Concurrent;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Ledger.InProcess;

/// <summary>One life of an edge without its listeners: journal, book, worker and agent on the embedded ledger.</summary>
internal sealed class LedgerEdge : IDisposable
{
    private readonly ReaderWriterLockSlim _life = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly MortalStore _store;
    private readonly JournalDevice _journal;
    private readonly DirectoryAgentLock _agent;
    private readonly QuotaWorker _worker;
    private readonly Task _running;
    private readonly ConcurrentBag<string> _calls = [];
    private bool _dead;

    public LedgerEdge(string ledger, string region, string journal, int edges, IReadOnlyList<string> regions, params IReadOnlyList<BudgetSpec> budgets)
    {
        (Region, JournalFolder) = (region, journal);
        var folder = new LedgerFolder(ledger);
        var opened = JournalDevice.Open(journal);
        _journal = opened.Device;
        _store = new MortalStore(new DirectoryLedger(folder, region));
        _agent = new DirectoryAgentLock(folder, region);
        var clock = TimeProvider.System;
        var book = EdgeBook.Open(_journal, opened.Predecessors.ToDictionary(earlier => earlier.Incarnation, earlier => earlier.End), clock.GetUtcNow());
        Quota = new EdgeQuota(book, _store, null, new QuotaOptions { Region = region, Edges = edges }, clock);
        Quota.Configure(budgets, regions, 1);
        _worker = new QuotaWorker(Quota, new UsageUploader(book, new DirectoryUsage(folder), region), _agent, (what, problem) => Problems.Add($"{what}: {problem.Message}"));
        _running = Task.Run(() => _worker.RunAsync(_stop.Token));
    }

    public string Region { get; }

    public string JournalFolder { get; }

    public EdgeQuota Quota { get; }

    /// <summary>Calls that were billed in this life.</summary>
    public IReadOnlyCollection<string> Calls => _calls;

    public ConcurrentBag<string> Problems { get; } = [];

    /// <summary>Makes a call and bills it; null when the edge died meanwhile.</summary>
    public async Task<QuotaOutcome?> CallAsync(string request, string budget, SpendVector reserve, SpendVector use, bool measured, Func<Task> provider, Bill bill)
    {
        var labels = new UsageLabels(request, "acme", null, null, "fast", "openai");
        BudgetWant[] wants = [new BudgetWant(Quota.Find(budget)!, reserve)];
        var reservation = Quota.TryReserve(wants, labels);
        if (reservation is null)
        {
            (var decision, reservation) = await Quota.ReserveAsync(wants, labels, CancellationToken.None);
            if (reservation is null)
            {
                return _dead ? null : decision.Outcome;
            }
        }

        if (!Live(() =>
            {
                bill.Add(request, use);
                _calls.Add(request);
            }))
        {
            return null;
        }

        await provider();
        var spend = measured ? use : reserve;
        return Live(() => Quota.Settle(reservation, new CallUsage(DateTimeOffset.UtcNow, spend, use.Tokens, 0, 0, !measured))) ? QuotaOutcome.Reserved : null;
    }

    /// <summary>Ends without a word, as by SIGKILL: the journal is as the kernel has it.</summary>
    /// <param name="journal">Where the next life finds the journal; absent: the disk is lost.</param>
    public async Task KillAsync(string? journal)
    {
        _store.Cut("this edge was killed");
        _life.EnterWriteLock();
        try
        {
            _dead = true;
            if (journal is not null)
            {
                Copy(JournalFolder, journal);
            }
        }
        finally
        {
            _life.ExitWriteLock();
        }

        await _stop.CancelAsync();
        await _running;
        Dispose();
    }

    /// <summary>Takes a new revision of the configuration over.</summary>
    public void Configure(IReadOnlyList<string> regions, long sequence, params IReadOnlyList<BudgetSpec> budgets) => Quota.Configure(budgets, regions, sequence);

    /// <summary>The ledger does not answer this edge for a while.</summary>
    public void CutLedger(bool cut) => _store.Cut(cut ? "the ledger is away" : null);

    /// <summary>Ends as by SIGTERM.</summary>
    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _worker.EndAsync(CancellationToken.None);
        Dispose();
    }

    public void Dispose()
    {
        _agent.Dispose();
        _journal.Dispose();
        _stop.Dispose();
    }

    /// <summary>The files as they are at one moment: the journal's own thread may be deleting old ones meanwhile, and then it is done again.</summary>
    private static void Copy(string from, string to)
    {
        while (true)
        {
            Directory.CreateDirectory(to);
            try
            {
                // What the journal is just making has another ending until it is whole.
                foreach (var file in Directory.GetFiles(from).Where(file => Path.GetExtension(file) is ".seg" or ".end"))
                {
                    File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
                }

                return;
            }
            catch (FileNotFoundException)
            {
                Directory.Delete(to, recursive: true);
            }
        }
    }

    private bool Live(Action action)
    {
        _life.EnterReadLock();
        try
        {
            if (!_dead)
            {
                action();
            }

            return !_dead;
        }
        finally
        {
            _life.ExitReadLock();
        }
    }
}
