using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using Microsoft.Win32.SafeHandles;

namespace GlobalGateway.Replication.Embedded;

/// <summary>The allocation rows of one budget in one file, in ascending sequence; the compare-and-set is reading the end under the lock.</summary>
internal sealed class AllocationFiles(LedgerFolder folder)
{
    public IReadOnlyList<AllocationRow> Read(string budget) =>
        folder.Read<IReadOnlyList<AllocationRow>>(PathOf(budget), [], file =>
        {
            using var scanner = new FrameScanner(file, 0);
            return Rows(scanner);
        });

    public ValueTask<AppendOutcome> InsertAsync(AllocationRow row, CancellationToken cancel)
    {
        var path = PathOf(row.Budget);
        return folder.ChangeAsync(path, () => Insert(path, row), cancel);
    }

    private string PathOf(string budget) => folder.PathOf("allocations", SafeName.Of(budget) + ".rows");

    private AppendOutcome Insert(string path, AllocationRow row)
    {
        using var file = folder.OpenToChange(path);
        using var scanner = new FrameScanner(file, 0);
        var rows = Rows(scanner);
        scanner.CutTornEnd(path);
        var record = LedgerRecords.Encode(row);
        if (rows.Find(known => known.Sequence == row.Sequence) is { } present)
        {
            if (!LedgerRecords.Encode(present).Written.SequenceEqual(record.Written))
            {
                return AppendOutcome.Lost;
            }

            RandomAccess.FlushToDisk(file);
            return AppendOutcome.Appended;
        }

        var next = rows.Count == 0 ? 1 : rows[^1].Sequence + 1;
        if (row.Sequence != next)
        {
            throw new LedgerCorruptException($"{path}: allocation {row.Sequence} of {row.Budget} is to be inserted where {next} follows");
        }

        Frame.Append(file, scanner.Position, record.Written);
        try
        {
            RandomAccess.FlushToDisk(file);
        }
        catch (IOException)
        {
            return AppendOutcome.Ambiguous;
        }

        return AppendOutcome.Appended;
    }

    private static List<AllocationRow> Rows(FrameScanner scanner)
    {
        var rows = new List<AllocationRow>();
        while (scanner.TryNext(out var record))
        {
            rows.Add(LedgerRecords.DecodeAllocation(record));
        }

        return rows;
    }
}
