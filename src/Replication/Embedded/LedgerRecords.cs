using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Embedded;

/// <summary>How rows, demand and hints are stored.</summary>
internal static class LedgerRecords
{
    public static FieldWriter Encode(UsedRow row) => new FieldWriter()
        .Text(row.Incarnation).Number(row.Epoch).Vector(row.Used).Vector(row.Estimated).OptionalVector(row.Cap).Flag(row.Final);

    public static UsedRow DecodeUsedRow(ReadOnlySpan<byte> bytes)
    {
        var record = new FieldReader(bytes);
        return new UsedRow(record.RequiredText(), record.Int32(), record.Vector(), record.Vector(), record.OptionalVector(), record.Flag());
    }

    public static FieldWriter Encode(AllocationRow row)
    {
        var record = new FieldWriter().Text(row.Budget).Number(row.Sequence).Number(row.Period).Number(row.PointerSequence)
            .Byte((byte)row.Units).Vector(row.Amount).Text(row.Home);
        Encode(record, row.Split);
        if (row.Goal is { } goal)
        {
            Encode(record, goal);
        }

        return record;
    }

    public static AllocationRow DecodeAllocation(ReadOnlySpan<byte> bytes)
    {
        var record = new FieldReader(bytes);
        var (budget, sequence, period, pointer) = (record.RequiredText(), record.Int32(), record.Number(), record.Number());
        var (units, amount, home) = ((BudgetUnits)record.Byte(), record.Vector(), record.Text());
        var split = Shares(ref record);
        return new AllocationRow(budget, sequence, period, pointer, units, amount, split, home, record.AtEnd ? null : Shares(ref record));
    }

    public static FieldWriter Encode(TransferDemand demand) => Encode(demand.Account)
        .Text(demand.Giver).Text(demand.Receiver).Number(demand.ReceiverGeneration).Vector(demand.Total);

    public static TransferDemand DecodeDemand(ReadOnlySpan<byte> bytes)
    {
        var record = new FieldReader(bytes);
        return new TransferDemand(Account(ref record), record.RequiredText(), record.RequiredText(), record.Int32(), record.Vector());
    }

    public static FieldWriter Encode(AccountKey account) => new FieldWriter().Text(account.Budget).Number(account.Period);

    public static AccountKey DecodeAccount(ReadOnlySpan<byte> bytes)
    {
        var record = new FieldReader(bytes);
        return Account(ref record);
    }

    public static FieldWriter Encode(SealHint hint) =>
        Encode(hint.Log.Account).Text(hint.Log.Region).Number(hint.Log.Generation).Number(hint.Sealed);

    public static SealHint DecodeSeal(ReadOnlySpan<byte> bytes)
    {
        var record = new FieldReader(bytes);
        return new SealHint(new LogKey(Account(ref record), record.RequiredText(), record.Int32()), record.Int32());
    }

    private static void Encode(FieldWriter record, IReadOnlyList<RegionShare> shares)
    {
        record.Number(shares.Count);
        foreach (var share in shares)
        {
            record.Text(share.Region).Vector(share.Share);
        }
    }

    private static RegionShare[] Shares(ref FieldReader record)
    {
        var shares = new RegionShare[record.Count()];
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = new RegionShare(record.RequiredText(), record.Vector());
        }

        return shares;
    }

    private static AccountKey Account(ref FieldReader record) => new(record.RequiredText(), record.Number());
}
