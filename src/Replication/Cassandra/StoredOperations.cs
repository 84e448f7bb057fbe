using System.Text.Json;
using System.Text.Json.Serialization;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.Replication.Cassandra;

/// <summary>A log entry's operations as text that people can read in a table; vectors are [requests, tokens, nano-dollars].</summary>
internal static class StoredOperations
{
    /// <summary>A fold of every epoch a period can have takes a tenth of it.</summary>
    public const int LettersMax = 1024 * 1024;

    public static string Write(IReadOnlyList<LogOperation> operations) => JsonSerializer.Serialize(operations.Select(Write).ToArray(), StoredJson.Default.StoredOperationArray);

    /// <exception cref="LedgerCorruptException">The text is not what <see cref="Write(IReadOnlyList{LogOperation})"/> writes.</exception>
    public static IReadOnlyList<LogOperation> Read(string text)
    {
        try
        {
            if (text.Length <= LettersMax && JsonSerializer.Deserialize(text, StoredJson.Default.StoredOperationArray) is { } stored)
            {
                return [.. stored.Select(Read)];
            }
        }
        catch (Exception problem) when (problem is JsonException or IndexOutOfRangeException)
        {
            throw new LedgerCorruptException($"operations of a log entry cannot be read: {problem.Message}");
        }

        throw new LedgerCorruptException($"operations of a log entry cannot be read: {text.Length} letters");
    }

    public static string Write(IReadOnlyList<RegionShare> split) =>
        JsonSerializer.Serialize(split.ToDictionary(share => share.Region, share => Vector(share.Share)), StoredJson.Default.DictionaryStringInt64Array);

    /// <exception cref="LedgerCorruptException">As above.</exception>
    public static IReadOnlyList<RegionShare> ReadSplit(string text)
    {
        try
        {
            if (JsonSerializer.Deserialize(text, StoredJson.Default.DictionaryStringInt64Array) is { } split)
            {
                return [.. split.Select(share => new RegionShare(share.Key, Vector(share.Value)))];
            }
        }
        catch (Exception problem) when (problem is JsonException or IndexOutOfRangeException)
        {
            throw new LedgerCorruptException($"a split cannot be read: {problem.Message}");
        }

        throw new LedgerCorruptException("a split cannot be read: null");
    }

    private static StoredOperation Write(LogOperation operation) => new()
    {
        Op = operation.Kind,
        Number = operation.Number,
        Amount = operation.Amount.IsZero ? null : Vector(operation.Amount),
        Estimated = operation.Estimated.IsZero ? null : Vector(operation.Estimated),
        Incomplete = operation.Incomplete,
        Name = operation.Name,
        Generation = operation.Generation,
        Fold = operation.State is { } state ? Write(state) : null,
    };

    private static LogOperation Read(StoredOperation stored) => new()
    {
        Kind = stored.Op,
        Number = stored.Number,
        Amount = Vector(stored.Amount),
        Estimated = Vector(stored.Estimated),
        Incomplete = stored.Incomplete,
        Name = stored.Name,
        Generation = stored.Generation,
        State = stored.Fold is { } fold ? Read(fold) : null,
    };

    private static StoredFold Write(LogFold fold) => new(
        fold.LastEpoch, fold.Sealed, fold.AllocationSequence, Vector(fold.Share), Vector(fold.ClosedCharge), Vector(fold.ClosedEstimated),
        [.. fold.Epochs.Select(epoch => new StoredEpoch(epoch.Epoch, Vector(epoch.Granted), epoch.Incarnation, Optional(epoch.Cap), Optional(epoch.Closed), Vector(epoch.Estimated)))],
        [.. fold.TransfersOut.Select(total => new StoredTransfer(total.Region, total.Generation, Vector(total.Total)))]);

    private static LogFold Read(StoredFold fold) => new(
        fold.LastEpoch, fold.Sealed, fold.AllocationSequence, Vector(fold.Share), Vector(fold.ClosedCharge), Vector(fold.ClosedEstimated),
        [.. (fold.Epochs ?? []).Select(epoch => new EpochState(epoch.Epoch, Vector(epoch.Granted), epoch.Incarnation, Optional(epoch.Cap), Optional(epoch.Closed), Vector(epoch.Estimated)))],
        [.. (fold.TransfersOut ?? []).Select(total => new TransferTotal(total.Region, total.Generation, Vector(total.Total)))]);

    private static long[] Vector(SpendVector amount) => [amount.Requests, amount.Tokens, amount.NanoDollars];

    private static SpendVector Vector(long[]? amount) => amount is null ? default : new SpendVector(amount[0], amount[1], amount[2]);

    private static long[]? Optional(SpendVector? amount) => amount is { } value ? Vector(value) : null;

    private static SpendVector? Optional(long[]? amount) => amount is null ? null : Vector(amount);
}

/// <summary>One operation of an entry, as it is stored.</summary>
internal sealed record StoredOperation
{
    [JsonConverter(typeof(JsonStringEnumConverter<LogOperationKind>))]
    public required LogOperationKind Op { get; init; }

    public int Number { get; init; }

    public long[]? Amount { get; init; }

    public long[]? Estimated { get; init; }

    public bool Incomplete { get; init; }

    public string? Name { get; init; }

    public int Generation { get; init; }

    public StoredFold? Fold { get; init; }
}

/// <summary>A fold's state, as it is stored.</summary>
internal sealed record StoredFold(
    int LastEpoch, int Sealed, int AllocationSequence, long[] Share, long[] ClosedCharge, long[] ClosedEstimated, StoredEpoch[]? Epochs, StoredTransfer[]? TransfersOut);

/// <summary>An epoch of a fold, as it is stored.</summary>
internal sealed record StoredEpoch(int Epoch, long[] Granted, string? Incarnation, long[]? Cap, long[]? Closed, long[] Estimated);

/// <summary>A total of a fold, as it is stored.</summary>
internal sealed record StoredTransfer(string Region, int Generation, long[] Total);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(StoredOperation[]))]
[JsonSerializable(typeof(Dictionary<string, long[]>))]
internal sealed partial class StoredJson : JsonSerializerContext;
