using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Edge;

/// <summary>Writes a book's records; the only place that knows their layout next to <see cref="BookReplay"/> and <see cref="UsageRecords"/>.</summary>
internal sealed class BookRecords(IJournal journal)
{
    // One writer at a time: the book's lock is held.
    private readonly byte[] _buffer = new byte[JournalLimits.RecordBytesMax];

    public bool Account(Holding holding)
    {
        var record = new RecordWriter(_buffer);
        record.Kind(BookRecordKind.Account);
        Describe(ref record, holding);
        return journal.TryAppend(record.Written);
    }

    public bool Epoch(BookRecordKind kind, Holding holding, int epoch)
    {
        var record = new RecordWriter(_buffer);
        record.Kind(kind);
        record.Number(holding.Number);
        record.Number(epoch);
        return journal.TryAppend(record.Written);
    }

    public bool Lease(BookRecordKind kind, Holding holding, int epoch, SpendVector amount)
    {
        var record = new RecordWriter(_buffer);
        record.Kind(kind);
        record.Number(holding.Number);
        record.Number(epoch);
        record.Vector(amount);
        return journal.TryAppend(record.Written);
    }

    /// <param name="from">The first of the reservation's parts that the record is about.</param>
    public bool Reserve(BookRecordKind kind, Reservation reservation, int from)
    {
        var record = new RecordWriter(_buffer);
        record.Kind(kind);
        record.Number(reservation.Id);
        Labels(ref record, reservation.Labels);
        for (var i = from; i < reservation.Parts.Count; i++)
        {
            var part = reservation.Parts[i];
            record.Number(part.Holding.Number);
            record.Number(part.Epoch.Epoch);
            record.Vector(part.Amount);
        }

        return journal.TryAppend(record.Written);
    }

    public bool Settle(Reservation reservation, long sequence, in CallUsage usage)
    {
        var record = new RecordWriter(_buffer);
        record.Kind(BookRecordKind.Settle);
        record.Number(reservation.Id);
        Usage(ref record, sequence, reservation.Labels, usage);
        return journal.TryAppend(record.Written);
    }

    public bool Return(long id)
    {
        var record = new RecordWriter(_buffer);
        record.Kind(BookRecordKind.Return);
        record.Number(id);
        return journal.TryAppend(record.Written);
    }

    public bool Usage(long sequence, UsageLabels labels, in CallUsage usage)
    {
        var record = new RecordWriter(_buffer);
        record.Kind(BookRecordKind.Usage);
        Usage(ref record, sequence, labels, usage);
        return journal.TryAppend(record.Written);
    }

    public bool OrphanUsage(string incarnation, long sequence, UsageLabels labels, in CallUsage usage)
    {
        var record = new RecordWriter(_buffer);
        record.Kind(BookRecordKind.OrphanUsage);
        record.Text(incarnation);
        Usage(ref record, sequence, labels, usage);
        return journal.TryAppend(record.Written);
    }

    public bool State(BookRecordKind kind, Holding holding)
    {
        var record = new RecordWriter(_buffer);
        record.Kind(kind);
        if (kind == BookRecordKind.Inherited)
        {
            record.Text(holding.Incarnation);
        }

        Describe(ref record, holding);
        record.Number(holding.Fence);
        foreach (var epoch in holding.Epochs)
        {
            record.Number(epoch.Epoch);
            record.Vector(epoch.Held);
            record.Vector(epoch.Spent);
            record.Vector(epoch.Estimated);
            record.Vector(epoch.Owed);
            record.Vector(epoch.OwedEstimated);
        }

        return journal.TryAppend(record.Written);
    }

    public bool InheritanceDone(string incarnation)
    {
        var record = new RecordWriter(_buffer);
        record.Kind(BookRecordKind.InheritanceDone);
        record.Text(incarnation);
        return journal.TryAppend(record.Written);
    }

    public bool Uploaded(JournalPosition position)
    {
        var record = new RecordWriter(_buffer);
        record.Kind(BookRecordKind.Uploaded);
        record.Number(position.Segment);
        record.Number(position.Offset);
        return journal.TryAppend(record.Written);
    }

    private static void Describe(ref RecordWriter record, Holding holding)
    {
        record.Number(holding.Number);
        record.Text(holding.Account.Budget);
        record.Number(holding.Account.Period);
        record.Number((int)holding.Units);
        record.Number(holding.Generation);
    }

    private static void Labels(ref RecordWriter record, UsageLabels labels)
    {
        record.Text(Cut(labels.RequestId));
        record.Text(Cut(labels.Tenant));
        record.Text(Cut(labels.Team));
        record.Text(Cut(labels.Key));
        record.Text(Cut(labels.Model));
        record.Text(Cut(labels.Provider));
    }

    private static string? Cut(string? label) => label is { Length: > BookLimits.LabelLettersMax } ? label[..BookLimits.LabelLettersMax] : label;

    private static void Usage(ref RecordWriter record, long sequence, UsageLabels labels, in CallUsage usage)
    {
        record.Number(sequence);
        record.Number(usage.At.ToUnixTimeMilliseconds());
        Labels(ref record, labels);
        record.Vector(usage.Spend);
        record.Number(usage.InputTokens);
        record.Number(usage.CachedInputTokens);
        record.Number(usage.OutputTokens);
        record.Flag(usage.Estimated);
    }
}
