using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.Replication.Embedded;

/// <summary>How a region log's entries are stored. The numbers of the operations are those of <see cref="LogOperationKind"/>.</summary>
internal static class LogEntryRecord
{
    private const byte HasState = 1;
    private const byte IsIncomplete = 2;

    public static FieldWriter Encode(LogEntry entry)
    {
        var record = new FieldWriter().Number(entry.Index).Id(entry.OperationId).Number(entry.Operations.Count);
        foreach (var operation in entry.Operations)
        {
            record.Byte((byte)operation.Kind).Number(operation.Number).Vector(operation.Amount).Vector(operation.Estimated)
                .Text(operation.Name).Number(operation.Generation).Byte((byte)((operation.State is null ? 0 : HasState) | (operation.Incomplete ? IsIncomplete : 0)));
            if (operation.State is { } fold)
            {
                Encode(record, fold);
            }
        }

        return record;
    }

    public static LogEntry Decode(ReadOnlySpan<byte> bytes)
    {
        var record = new FieldReader(bytes);
        var (index, id) = (record.Number(), record.Id());
        var operations = new LogOperation[record.Count()];
        for (var i = 0; i < operations.Length; i++)
        {
            var operation = new LogOperation
            {
                Kind = (LogOperationKind)record.Byte(),
                Number = record.Int32(),
                Amount = record.Vector(),
                Estimated = record.Vector(),
                Name = record.Text(),
                Generation = record.Int32(),
            };
            var flags = record.Byte();
            operations[i] = operation with { Incomplete = (flags & IsIncomplete) != 0, State = (flags & HasState) != 0 ? Fold(ref record) : null };
        }

        return new LogEntry(index, id, operations);
    }

    public static bool BeginsWithFold(LogEntry entry) => entry.Operations is [{ Kind: LogOperationKind.Fold }, ..];

    private static void Encode(FieldWriter record, LogFold fold)
    {
        record.Number(fold.LastEpoch).Number(fold.Sealed).Number(fold.AllocationSequence)
            .Vector(fold.Share).Vector(fold.ClosedCharge).Vector(fold.ClosedEstimated).Number(fold.Epochs.Count);
        foreach (var epoch in fold.Epochs)
        {
            record.Number(epoch.Epoch).Vector(epoch.Granted).Text(epoch.Incarnation)
                .OptionalVector(epoch.Cap).OptionalVector(epoch.Closed).Vector(epoch.Estimated);
        }

        record.Number(fold.TransfersOut.Count);
        foreach (var total in fold.TransfersOut)
        {
            record.Text(total.Region).Number(total.Generation).Vector(total.Total);
        }
    }

    private static LogFold Fold(ref FieldReader record)
    {
        var (last, upTo, allocation) = (record.Int32(), record.Int32(), record.Int32());
        var (share, charge, estimated) = (record.Vector(), record.Vector(), record.Vector());
        var epochs = new EpochState[record.Count()];
        for (var i = 0; i < epochs.Length; i++)
        {
            epochs[i] = new EpochState(record.Int32(), record.Vector(), record.Text(), record.OptionalVector(), record.OptionalVector(), record.Vector());
        }

        var transfers = new TransferTotal[record.Count()];
        for (var i = 0; i < transfers.Length; i++)
        {
            transfers[i] = new TransferTotal(record.RequiredText(), record.Int32(), record.Vector());
        }

        return new LogFold(last, upTo, allocation, share, charge, estimated, epochs, transfers);
    }
}
