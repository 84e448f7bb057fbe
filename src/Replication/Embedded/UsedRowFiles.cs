using GlobalGateway.Contracts.Storage;
using GlobalGateway.Replication.Ledger;
using Microsoft.Win32.SafeHandles;

namespace GlobalGateway.Replication.Embedded;

/// <summary>
/// The used rows of one epoch in one file, whose records merge in any order. A file that is mostly superseded records is replaced by
/// one with a record per holder; readers open it by name each time, so they see the old one or the new one, whole.
/// </summary>
internal sealed class UsedRowFiles(LedgerFolder folder)
{
    public async ValueTask WriteAsync(LogKey log, UsedRow row, CancellationToken cancel)
    {
        var path = PathOf(log, row.Epoch);
        await folder.ChangeAsync(path, () => Write(path, row), cancel);
    }

    public IReadOnlyList<UsedRow> Read(LogKey log, int epoch) =>
        folder.Read<IReadOnlyList<UsedRow>>(PathOf(log, epoch), [], file =>
        {
            using var scanner = new FrameScanner(file, 0);
            return Merge(scanner, out _).Values.ToArray();
        });

    private string PathOf(LogKey log, int epoch) => folder.PathOf(
        "accounts", SafeName.Of(log.Account.Budget), $"{log.Account.Period}", $"{SafeName.Of(log.Region)}.{log.Generation}", $"{epoch}.rows");

    private bool Write(string path, UsedRow row)
    {
        using var file = folder.OpenToChange(path);
        using var scanner = new FrameScanner(file, 0);
        var rows = Merge(scanner, out var records);
        scanner.CutTornEnd(path);
        var known = rows.GetValueOrDefault(row.Incarnation);
        var merged = known?.Merge(row) ?? row;
        rows[row.Incarnation] = merged;
        if (merged == known)
        {
            // Repeated because its answer was lost: what is written may not be on the disk yet.
            RandomAccess.FlushToDisk(file);
            return true;
        }

        if (records >= EmbeddedLimits.CompactFrom && records >= 4 * rows.Count)
        {
            Replace(path, rows.Values);
            return true;
        }

        Frame.Append(file, scanner.Position, LedgerRecords.Encode(merged).Written);

        // A report of use alone is repeated by its edge after a machine's crash; what others decide upon must not be lost.
        if (known is null || merged.Cap != known.Cap || merged.Final != known.Final)
        {
            RandomAccess.FlushToDisk(file);
        }

        return true;
    }

    private static Dictionary<string, UsedRow> Merge(FrameScanner scanner, out int records)
    {
        var rows = new Dictionary<string, UsedRow>(StringComparer.Ordinal);
        records = 0;
        while (scanner.TryNext(out var record))
        {
            var row = LedgerRecords.DecodeUsedRow(record);
            rows[row.Incarnation] = rows.GetValueOrDefault(row.Incarnation)?.Merge(row) ?? row;
            records++;
        }

        return rows;
    }

    private static void Replace(string path, IEnumerable<UsedRow> rows)
    {
        // One name for all attempts: what a killed one left is overwritten by the next.
        var temporary = path + ".tmp";
        using (var stream = new FileStream(temporary, LedgerFolder.Private(FileMode.Create, FileAccess.Write, FileShare.Read, FileOptions.None)))
        {
            var file = stream.SafeFileHandle;
            var end = 0L;
            foreach (var row in rows)
            {
                end = Frame.Append(file, end, LedgerRecords.Encode(row).Written);
            }

            RandomAccess.FlushToDisk(file);
        }

        File.Move(temporary, path, overwrite: true);
        DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
    }
}
