using System.Text.Json;

namespace GlobalGateway.ProviderSimulator.Faults;

/// <summary>Everything wrong with a fault rule.</summary>
internal static class FaultRuleCheck
{
    public static IEnumerable<string> Errors(FaultRule rule)
    {
        var fault = rule.Fault;
        if (!FaultAttempts.IsWellFormed(rule.Attempts))
        {
            yield return "attempts: a list of positive numbers, or an object with from and to";
        }
        if (rule.Count is < 1)
        {
            yield return $"count: {rule.Count} is not positive";
        }
        if (!(rule.Probability is >= 0 and <= 1))
        {
            yield return $"probability: {rule.Probability} is not between 0 and 1";
        }
        if (fault.Status is < 200 or > 599)
        {
            yield return $"fault.status: {fault.Status} is not between 200 and 599";
        }
        foreach (var (name, value) in new[] { ("delayMs", fault.DelayMs), ("durationMs", fault.DurationMs) })
        {
            if (value is < 0 or > Fault.DurationMsMax)
            {
                yield return $"fault.{name}: {value} is not between 0 and {Fault.DurationMsMax}";
            }
        }
        if (fault.IntervalMs is < 1 or > Fault.DurationMsMax)
        {
            yield return $"fault.intervalMs: {fault.IntervalMs} is not between 1 and {Fault.DurationMsMax}";
        }
        if (fault.AfterEvents is < 0 || fault.AfterContentEvents is < 0)
        {
            yield return "fault.afterEvents, fault.afterContentEvents: must not be negative";
        }
        foreach (var (name, value) in fault.Headers ?? [])
        {
            if (name.Length == 0 || name.Any(static c => c is <= ' ' or ':' or > '~') || value.Any(char.IsControl))
            {
                yield return $"fault.headers: '{name}' cannot be sent";
            }
        }
        if (fault.RetryAfter?.Any(char.IsControl) == true)
        {
            yield return "fault.retryAfter: cannot be sent";
        }
        if (rule.Attempts is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 1000)
        {
            yield return "attempts: at most 1000 numbers";
        }
    }
}
