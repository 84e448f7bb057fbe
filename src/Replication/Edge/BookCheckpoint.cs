using GlobalGateway.Replication.Journal;

namespace GlobalGateway.Replication.Edge;

/// <summary>Frees the journal's old segments: writes every account's state again, a few at a time, and then releases what came before.</summary>
public sealed class BookCheckpoint(EdgeBook book)
{
    /// <summary>Segments after which a checkpoint is due.</summary>
    public const int SegmentsMin = 4;

    private const int AccountsAtOnce = 64;

    private JournalPosition _released;

    /// <summary>Writes a checkpoint where one is due.</summary>
    /// <param name="uploaded">Usage events before it are stored.</param>
    public async ValueTask<bool> WriteAsync(JournalPosition uploaded, CancellationToken cancel = default)
    {
        if (book.Journal.End.Segment - _released.Segment < SegmentsMin || !book.BeginCheckpoint(out var from, out var accounts))
        {
            return false;
        }

        for (var at = 0; at < accounts.Length; at += AccountsAtOnce)
        {
            if (!book.Checkpoint(accounts.AsSpan(at, Math.Min(AccountsAtOnce, accounts.Length - at))))
            {
                return false;
            }

            await Task.Yield();
        }

        await book.Journal.SyncAsync(cancel);
        _released = uploaded < from ? uploaded : from;
        book.Journal.Release(_released);
        return true;
    }
}
