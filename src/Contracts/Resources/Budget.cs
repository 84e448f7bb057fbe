using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.Contracts.Values;

namespace GlobalGateway.Contracts.Resources;

/// <summary>How much somebody may spend in a period, over all regions.</summary>
public sealed record Budget : Resource
{
    /// <summary>Stable identity; a renamed budget keeps its spend. Absent: the name.</summary>
    [JsonPropertyName("id")]
    public string? BudgetId { get; init; }

    public required AppliesTo AppliesTo { get; init; }
    public required BudgetLimit Limit { get; init; }
    public required BudgetPeriod Period { get; init; }

    /// <summary>Shares of the limit, 0 to 1, written <c>80%</c>.</summary>
    [JsonConverter(typeof(SharesConverter))]
    public IReadOnlyList<double> WarnAt { get; init; } = [];

    /// <summary>What may be spent while the ledger is lost; absent: nothing.</summary>
    [JsonPropertyName("onLedgerLoss")]
    [JsonConverter(typeof(OverdraftConverter))]
    public NanoDollars? LedgerLossOverdraft { get; init; }
}

/// <summary>At least one unit is set.</summary>
public sealed record BudgetLimit
{
    public NanoDollars? Spend { get; init; }
    public long? Tokens { get; init; }
    public long? Requests { get; init; }
}

/// <summary>A calendar period in UTC, or one of a fixed length from a start.</summary>
[JsonConverter(typeof(BudgetPeriodConverter))]
public sealed record BudgetPeriod
{
    public required PeriodUnit Unit { get; init; }

    /// <summary>Custom only.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Custom only; at least a day.</summary>
    public TimeSpan? Every { get; init; }
}

[JsonConverter(typeof(CamelCaseEnumConverter<PeriodUnit>))]
public enum PeriodUnit
{
    Day,
    Week,
    Month,
    Custom,
}
