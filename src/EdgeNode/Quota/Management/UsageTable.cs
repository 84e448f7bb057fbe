using System.Globalization;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.EdgeNode.Quota.Management;

/// <summary>Usage events added up by some of their labels.</summary>
public sealed class UsageTable(IReadOnlyList<string> by)
{
    /// <summary>Rows of one answer; whoever needs more asks for less at a time.</summary>
    public const int RowsMax = 100_000;

    /// <summary>What rows can be told apart by.</summary>
    public static readonly IReadOnlyList<string> Columns = ["day", "hour", "model", "provider", "region", "team", "key"];

    private readonly SortedDictionary<string, UsageRow> _rows = new(StringComparer.Ordinal);

    public IReadOnlyList<string> By => by;

    public IReadOnlyCollection<UsageRow> Rows => _rows.Values;

    public UsageRow Total { get; } = new([]);

    /// <summary>False when the table is full.</summary>
    public bool TryAdd(UsageEvent usage)
    {
        var values = new string[by.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ValueOf(usage, by[i]);
        }

        var name = string.Join('\0', values);
        if (!_rows.TryGetValue(name, out var row))
        {
            if (_rows.Count == RowsMax)
            {
                return false;
            }

            _rows.Add(name, row = new UsageRow(values));
        }

        row.Add(usage);
        Total.Add(usage);
        return true;
    }

    private static string ValueOf(UsageEvent usage, string column) => column switch
    {
        "day" => usage.At.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        "hour" => usage.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH':00Z'", CultureInfo.InvariantCulture),
        "model" => usage.Labels.Model,
        "provider" => usage.Labels.Provider,
        "region" => usage.Region,
        "team" => usage.Labels.Team ?? "",
        _ => usage.Labels.Key ?? "",
    };
}

/// <summary>The sums of one row.</summary>
/// <param name="values">In the order of the table's columns.</param>
public sealed class UsageRow(string[] values)
{
    public IReadOnlyList<string> Values => values;

    public long Requests { get; private set; }

    public long InputTokens { get; private set; }

    /// <summary>Part of <see cref="InputTokens"/>.</summary>
    public long CachedInputTokens { get; private set; }

    public long OutputTokens { get; private set; }

    public long NanoDollars { get; private set; }

    /// <summary>Requests whose usage no provider said.</summary>
    public long EstimatedRequests { get; private set; }

    /// <summary>Part of <see cref="NanoDollars"/>.</summary>
    public long EstimatedNanoDollars { get; private set; }

    public void Add(UsageEvent usage)
    {
        var spend = usage.Spend;
        Requests += spend.Requests;
        InputTokens += usage.InputTokens;
        CachedInputTokens += usage.CachedInputTokens;
        OutputTokens += usage.OutputTokens;
        NanoDollars += spend.NanoDollars;
        EstimatedRequests += usage.Estimated ? spend.Requests : 0;
        EstimatedNanoDollars += usage.Estimated ? spend.NanoDollars : 0;
    }
}
