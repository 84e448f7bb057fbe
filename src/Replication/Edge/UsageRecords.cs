using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Edge;

/// <summary>Reads the usage events out of a journal's records.</summary>
internal static class UsageRecords
{
    /// <summary>The event of a record that is one.</summary>
    public static UsageEvent? Event(string incarnation, string region, ReadOnlySpan<byte> bytes)
    {
        var record = new RecordReader(bytes);
        switch (record.Kind())
        {
            case BookRecordKind.Settle:
                record.Number();
                break;
            case BookRecordKind.Usage:
                break;
            case BookRecordKind.OrphanUsage:
                incarnation = record.RequiredText();
                break;
            default:
                return null;
        }

        var sequence = record.Number();
        var usage = Usage(ref record, out var labels);
        return new UsageEvent(
            incarnation, sequence, usage.At, region, labels,
            usage.InputTokens, usage.CachedInputTokens, usage.OutputTokens, usage.Spend, usage.Estimated);
    }

    /// <summary>The position that a record says events are stored up to.</summary>
    public static JournalPosition? Uploaded(ReadOnlySpan<byte> bytes)
    {
        var record = new RecordReader(bytes);
        return record.Kind() == BookRecordKind.Uploaded ? new JournalPosition(record.Number(), record.Int32()) : null;
    }

    public static CallUsage Settled(ref RecordReader record, out long id)
    {
        id = record.Number();
        record.Number();
        return Usage(ref record, out _);
    }

    public static UsageLabels Labels(ref RecordReader record) => new(
        record.RequiredText(), record.RequiredText(), record.Text(), record.Text(), record.RequiredText(), record.RequiredText());

    private static CallUsage Usage(ref RecordReader record, out UsageLabels labels)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(record.Number());
        labels = Labels(ref record);
        return new CallUsage(at, record.Vector(), record.Number(), record.Number(), record.Number(), record.Flag());
    }
}
