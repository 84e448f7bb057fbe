using System.Globalization;
using System.Text.Json;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.EdgeNode.Quota.Management;

/// <summary>
/// Tells what a tenant used: <c>GET /usage?tenant=acme&amp;by=day,model</c> adds up, <c>GET /usage/events?tenant=acme</c> gives every call.
/// Any edge answers for all regions: an operator with the admin token, or a control plane over the peer listener.
/// </summary>
public sealed class UsageActions(SnapshotStore snapshots, AdminToken token, TimeProvider clock, IUsageStore? usage = null)
{
    public const string Path = "/usage";

    /// <summary>The longest time that is asked about at once.</summary>
    public static readonly TimeSpan RangeMax = TimeSpan.FromDays(400);

    /// <summary>For whoever brings the admin token.</summary>
    public Task RunAsync(HttpContext context) => token.Accepts(context.Request.Headers.Authorization)
        ? AnswerAsync(context, Path)
        : ManagementAnswer.ProblemAsync(context, 401, "Send the edge's admin token as \"authorization: Bearer …\".");

    /// <summary>For who has shown otherwise that he may know.</summary>
    /// <param name="root">The path of the sums.</param>
    public async Task AnswerAsync(HttpContext context, string root)
    {
        var request = context.Request;
        var below = request.Path.Value![root.Length..].TrimEnd('/');
        if (usage is null)
        {
            await ManagementAnswer.ProblemAsync(context, 503, "This edge has no ledger, so it keeps no usage; its settings name none.");
        }
        else if (!HttpMethods.IsGet(request.Method) || below is not ("" or "/events"))
        {
            await ManagementAnswer.ProblemAsync(context, 404, $"There are GET {root}?tenant=… and GET {root}/events?tenant=…");
        }
        else if (Query(request, out var query, out var by) is { } problem)
        {
            await ManagementAnswer.ProblemAsync(context, problem.Status, problem.Why);
        }
        else
        {
            await AnswerAsync(context, usage, query!, by, events: below.Length > 0);
        }
    }

    private static async Task AnswerAsync(HttpContext context, IUsageStore usage, UsageQuery query, string[] by, bool events)
    {
        try
        {
            if (events)
            {
                await ManagementAnswer.StreamAsync(context, writer => WriteRange(writer, query), "events", usage.QueryAsync(query, context.RequestAborted), WriteEvent);
                return;
            }

            var table = new UsageTable(by);
            await foreach (var each in usage.QueryAsync(query, context.RequestAborted))
            {
                // Queries go by the hour; a report is about its own time only.
                if (each.At >= query.From && !table.TryAdd(each))
                {
                    await ManagementAnswer.ProblemAsync(context, 422, $"That is more than {UsageTable.RowsMax:N0} rows: ask for a shorter time, or by fewer columns.");
                    return;
                }
            }

            await ManagementAnswer.StreamAsync(
                context,
                writer =>
                {
                    WriteRange(writer, query);
                    writer.WriteStartObject("total"u8);
                    WriteSums(writer, table.Total);
                    writer.WriteEndObject();
                },
                "rows",
                table.Rows.ToAsyncEnumerable(),
                (writer, row) =>
                {
                    writer.WriteStartObject();
                    for (var i = 0; i < by.Length; i++)
                    {
                        writer.WriteString(by[i], row.Values[i]);
                    }

                    WriteSums(writer, row);
                    writer.WriteEndObject();
                });
        }
        catch (Exception e) when ((e is LedgerUnavailableException or LedgerCorruptException) && !context.Response.HasStarted)
        {
            await ManagementAnswer.ProblemAsync(context, 503, $"The ledger does not answer: {e.Message}");
        }
    }

    private (int Status, string Why)? Query(HttpRequest request, out UsageQuery? query, out string[] by)
    {
        query = null;
        by = request.Query["by"].ToString() is { Length: > 0 } columns ? columns.Split(',') : ["day", "model"];
        var wrong = Array.Find(by, column => !UsageTable.Columns.Contains(column));
        if (wrong is not null)
        {
            return (400, $"\"{wrong}\" is not one of {string.Join(", ", UsageTable.Columns)}{Suggestion.For(wrong, UsageTable.Columns)}");
        }

        var tenant = request.Query["tenant"].ToString();
        var tenants = snapshots.Current?.Resources.Tenants.Select(t => t.Name) ?? [];
        var now = clock.GetUtcNow();
        if (!Time(request, "from", new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero), out var from) || !Time(request, "until", now, out var until))
        {
            return (400, "from and until are times such as 2026-11-01 or 2026-11-01T12:00:00Z, in UTC");
        }

        if (until <= from || until - from > RangeMax)
        {
            return (400, $"until must be after from, and at most {RangeMax.TotalDays:0} days after");
        }

        query = new UsageQuery(from, until, tenant, Optional("team"), Optional("key"), Optional("model"), Optional("provider"), Optional("region"));
        return tenant.Length == 0 ? (400, "say whose usage: tenant=…")
            // A tenant that is gone may still be asked about: only a name that looks like another's is taken for a mistake.
            : !tenants.Contains(tenant) && Suggestion.For(tenant, tenants) is { Length: > 0 } meant ? (404, $"no Tenant named \"{tenant}\"{meant}")
            : null;

        string? Optional(string name) => request.Query[name].ToString() is { Length: > 0 } value ? value : null;
    }

    private static bool Time(HttpRequest request, string name, DateTimeOffset otherwise, out DateTimeOffset time)
    {
        time = otherwise;
        return request.Query[name].ToString() is not { Length: > 0 } text
            || DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }

    private static void WriteRange(Utf8JsonWriter writer, UsageQuery query)
    {
        writer.WriteString("tenant"u8, query.Tenant);
        writer.WriteString("from"u8, query.From.UtcDateTime);
        writer.WriteString("until"u8, query.Until.UtcDateTime);
    }

    private static void WriteSums(Utf8JsonWriter writer, UsageRow row)
    {
        writer.WriteNumber("requests"u8, row.Requests);
        writer.WriteNumber("inputTokens"u8, row.InputTokens);
        writer.WriteNumber("cachedInputTokens"u8, row.CachedInputTokens);
        writer.WriteNumber("outputTokens"u8, row.OutputTokens);
        writer.WriteNumber("nanoUsd"u8, row.NanoDollars);
        writer.WriteNumber("estimatedRequests"u8, row.EstimatedRequests);
        writer.WriteNumber("estimatedNanoUsd"u8, row.EstimatedNanoDollars);
    }

    private static void WriteEvent(Utf8JsonWriter writer, UsageEvent usage)
    {
        writer.WriteStartObject();
        writer.WriteString("time"u8, usage.At.UtcDateTime);
        writer.WriteString("request"u8, usage.Labels.RequestId);
        writer.WriteString("region"u8, usage.Region);
        writer.WriteString("team"u8, usage.Labels.Team);
        writer.WriteString("key"u8, usage.Labels.Key);
        writer.WriteString("model"u8, usage.Labels.Model);
        writer.WriteString("provider"u8, usage.Labels.Provider);
        writer.WriteNumber("requests"u8, usage.Spend.Requests);
        writer.WriteNumber("inputTokens"u8, usage.InputTokens);
        writer.WriteNumber("cachedInputTokens"u8, usage.CachedInputTokens);
        writer.WriteNumber("outputTokens"u8, usage.OutputTokens);
        writer.WriteNumber("nanoUsd"u8, usage.Spend.NanoDollars);
        writer.WriteBoolean("estimated"u8, usage.Estimated);
        writer.WriteEndObject();
    }
}
