using System.Globalization;
using System.Text.Json;
using GlobalGateway.Contracts.Values;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Survey;

namespace GlobalGateway.EdgeNode.Quota.Management;

/// <summary>Budgets as operators' tools read them: only the units that a budget counts, dollars as nano-dollars.</summary>
internal static class BudgetJson
{
    public static void Vector(Utf8JsonWriter writer, string name, SpendVector amount, BudgetUnits units)
    {
        writer.WriteStartObject(name);
        if ((units & BudgetUnits.Requests) != 0)
        {
            writer.WriteNumber("requests"u8, amount.Requests);
        }

        if ((units & BudgetUnits.Tokens) != 0)
        {
            writer.WriteNumber("tokens"u8, amount.Tokens);
        }

        if ((units & BudgetUnits.Spend) != 0)
        {
            writer.WriteNumber("nanoUsd"u8, amount.NanoDollars);
        }

        writer.WriteEndObject();
    }

    public static string Text(SpendVector amount, BudgetUnits units) => string.Join(", ", ((string?[])
    [
        (units & BudgetUnits.Requests) != 0 ? $"{amount.Requests} requests" : null,
        (units & BudgetUnits.Tokens) != 0 ? $"{amount.Tokens} tokens" : null,
        (units & BudgetUnits.Spend) != 0 ? new NanoDollars(amount.NanoDollars).ToString() : null,
    ]).OfType<string>());

    /// <param name="spent">This edge's newest settlements included.</param>
    public static void Survey(Utf8JsonWriter writer, BudgetSurvey survey, BudgetUnits units, SpendVector spent)
    {
        writer.WriteString("periodStart"u8, DateTimeOffset.FromUnixTimeSeconds(survey.Account.Period).UtcDateTime);
        writer.WriteString("resetsAt"u8, survey.Ends.UtcDateTime);
        Vector(writer, "limit", survey.Limit, units);
        Vector(writer, "spent", spent, units);
        Vector(writer, "estimated", survey.Estimated, units);
        writer.WriteStartArray("unread"u8);
        foreach (var region in survey.Unread)
        {
            writer.WriteStringValue(region);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("regions"u8);
        foreach (var region in survey.Regions)
        {
            Region(writer, region, units);
        }

        writer.WriteEndArray();
    }

    /// <summary>Reads <c>usd</c>, <c>tokens</c> and <c>requests</c>; true when at least one that the budget counts is above zero, and no other is there.</summary>
    public static bool TryAmount(IQueryCollection query, BudgetUnits units, out SpendVector amount)
    {
        amount = default;
        if (!Whole("requests", out var requests) || !Whole("tokens", out var tokens))
        {
            return false;
        }

        var dollars = default(NanoDollars);
        if (query.ContainsKey("usd") && !NanoDollars.TryParse($"{query["usd"]} USD", out dollars))
        {
            return false;
        }

        amount = new SpendVector(requests, tokens, dollars.Value);
        return !amount.IsZero && amount.Only(units) == amount;

        bool Whole(string name, out long value)
        {
            value = 0;
            return !query.ContainsKey(name) || long.TryParse(query[name], NumberStyles.None, CultureInfo.InvariantCulture, out value);
        }
    }

    private static void Region(Utf8JsonWriter writer, RegionSurvey region, BudgetUnits units)
    {
        writer.WriteStartObject();
        writer.WriteString("region"u8, region.Region);
        writer.WriteNumber("generation"u8, region.Generation);
        Vector(writer, "share", region.Share, units);
        Vector(writer, "received", region.TransferredIn, units);
        Vector(writer, "given", region.TransferredOut, units);
        Vector(writer, "charged", region.Charged, units);
        Vector(writer, "used", region.Used, units);
        Vector(writer, "held", region.Held, units);
        Vector(writer, "available", region.Available, units);
        writer.WriteStartArray("epochs"u8);
        foreach (var epoch in region.Epochs)
        {
            writer.WriteStartObject();
            writer.WriteNumber("epoch"u8, epoch.Epoch);
            writer.WriteString("state"u8, epoch.Closed is not null ? "closed" : epoch.Cap is not null ? "capped" : epoch.Sealed ? "sealed" : "open");
            Vector(writer, "granted", epoch.Granted, units);
            writer.WriteStartArray("holders"u8);
            foreach (var holder in epoch.Holders)
            {
                writer.WriteStartObject();
                writer.WriteString("incarnation"u8, holder.Incarnation);
                Vector(writer, "used", holder.Used, units);
                writer.WriteBoolean("final"u8, holder.Final);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
