using System.Globalization;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Contract.Ledger;

/// <summary>A process that appends to a log against others; it says each entry once it is acknowledged.</summary>
internal static class LedgerWorker
{
    public const string Name = "ledger-worker";

    public const long Period = 1_790_000_000;

    /// <param name="arguments">Kind, address, region, budget, entries.</param>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var store = new LedgerPlace(arguments[0], arguments[1]).Open(arguments[2]);
        var log = new LogKey(new AccountKey(arguments[3], Period), arguments[2], 1);
        await AppendAsync(store, log, int.Parse(arguments[4], CultureInfo.InvariantCulture), entry =>
        {
            Console.WriteLine($"{entry.Index} {entry.OperationId:N}");
            Console.Out.Flush();
        });
        return 0;
    }

    /// <summary>Appends so many entries, each where the log ends then.</summary>
    public static async Task AppendAsync(ILedgerStore store, LogKey log, int count, Action<LogEntry> acknowledged)
    {
        var next = 0L;
        for (var done = 0; done < count;)
        {
            next += (await store.ReadLogAsync(log, next, LogRead.Quorum)).Count;
            var entry = new LogEntry(next, Guid.NewGuid(), [LogOperation.Delta((int)next + 1, new SpendVector(1, 0, 0))]);
            if (await store.AppendAsync(log, entry) == AppendOutcome.Appended)
            {
                acknowledged(entry);
                done++;
            }
        }
    }
}
