using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Embedded;

/// <summary>How usage events are stored: as many as arrive together in one record.</summary>
internal static class UsageBatchRecord
{
    public static void Encode(FieldWriter record, UsageEvent usage)
    {
        var labels = usage.Labels;
        record.Text(usage.Incarnation).Number(usage.Sequence).Number(usage.At.UtcTicks).Text(usage.Region)
            .Text(labels.RequestId).Text(labels.Tenant).Text(labels.Team).Text(labels.Key).Text(labels.Model).Text(labels.Provider)
            .Number(usage.InputTokens).Number(usage.CachedInputTokens).Number(usage.OutputTokens).Vector(usage.Spend).Flag(usage.Estimated);
    }

    public static List<UsageEvent> Decode(ReadOnlySpan<byte> bytes)
    {
        var events = new List<UsageEvent>();
        var record = new FieldReader(bytes);
        while (!record.AtEnd)
        {
            var (incarnation, sequence, at, region) = (record.RequiredText(), record.Number(), record.Number(), record.RequiredText());
            var labels = new UsageLabels(
                record.RequiredText(), record.RequiredText(), record.Text(), record.Text(), record.RequiredText(), record.RequiredText());
            events.Add(new UsageEvent(
                incarnation, sequence, new DateTimeOffset(at, TimeSpan.Zero), region, labels,
                record.Number(), record.Number(), record.Number(), record.Vector(), record.Flag()));
        }

        return events;
    }
}
