using GlobalGateway.Contracts.Loading.Yaml;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Values;

namespace GlobalGateway.Contracts.Loading.Kinds;

internal static class BudgetReader
{
    private static readonly BudgetPeriod Month = new() { Unit = PeriodUnit.Month };

    public static Budget Read(ResourceHeader header, SpecReader r)
    {
        var budget = new Budget
        {
            Name = header.Name,
            Labels = header.Labels,
            BudgetId = r.OptionalText("id", Forms.Label()),
            AppliesTo = r.RequiredObject("appliesTo", CommonReaders.AppliesTo),
            Limit = r.RequiredObject("limit", Limit),
            Period = Period(r),
            WarnAt = [.. r.Values("warnAt", Forms.Portion(0, 1, above: true), max: 16).Distinct().Order()],
            LedgerLossOverdraft = OnLedgerLoss(r),
        };
        return budget;
    }

    private static BudgetLimit Limit(SpecReader r)
    {
        var limit = new BudgetLimit
        {
            Spend = r.Optional("spend", Forms.Money()),
            Tokens = r.Optional("tokens", Forms.Count(0)),
            Requests = r.Optional("requests", Forms.Count(0)),
        };
        if (!r.Has("spend") && !r.Has("tokens") && !r.Has("requests"))
        {
            r.AddHere("sets no limit; at least one of spend, tokens and requests is needed");
        }

        return limit;
    }

    private static BudgetPeriod Period(SpecReader r) => r.Node("period") switch
    {
        null => Month,
        YamlMap => r.OptionalObject("period", Custom) ?? Month,
        _ => new BudgetPeriod { Unit = r.Value("period", Calendar, PeriodUnit.Month) },
    };

    private static Parsed<PeriodUnit> Calendar(string text) =>
        EnumNames<PeriodUnit>.TryParse(text, out var unit) && unit != PeriodUnit.Custom
            ? unit
            : Forms.Problem<PeriodUnit>($"{Forms.Quote(text)} is not one of day, week, month or {{ from: …, every: 14d }}{Suggestion.For(text, ["day", "week", "month"])}");

    private static BudgetPeriod Custom(SpecReader r) => new()
    {
        Unit = PeriodUnit.Custom,
        From = r.Required("from", Forms.Time()),
        Every = r.Required("every", Forms.Span(CommonReaders.Day, TimeSpan.FromDays(3_660))),
    };

    private static NanoDollars? OnLedgerLoss(SpecReader r)
    {
        switch (r.Node("onLedgerLoss"))
        {
            case null:
                return null;
            case YamlMap:
                return r.OptionalObject("onLedgerLoss", map => new Overdraft(map.Required("overdraft", Forms.Money())))?.Amount;
            default:
                r.Value<string>("onLedgerLoss", text => text == "deny" ? text : Forms.Problem<string>($"{Forms.Quote(text)} is not deny or {{ overdraft: 5 USD }}"), "deny");
                return null;
        }
    }

    private sealed record Overdraft(NanoDollars Amount);
}
