using System.Globalization;
using GlobalGateway.Contracts.Fleet;

namespace GlobalGateway.ControlPlane.Gates;

/// <summary>Judges how requests fare under a new revision against how they fare, or fared, without it. Pure arithmetic.</summary>
public static class Gate
{
    /// <summary>Requests that a share needs on each side.</summary>
    public const int RequestsMin = 200;

    /// <summary>Requests that a tenant needs on each side.</summary>
    public const int TenantRequestsMin = 20;

    /// <summary>By how much the denied share of one tenant may not rise.</summary>
    public const double TenantRise = 0.20;

    /// <summary>At the end of the bake: less likely by chance than this is a failure.</summary>
    public const double Significance = 0.01;

    /// <summary>
    /// Before the end of the bake, where the numbers are looked at every second: looking often makes chance find something, so only what is
    /// much less likely stops the rollout early (the boundary of Haybittle and Peto).
    /// </summary>
    public const double EarlySignificance = 0.001;

    /// <param name="fallback">What tenants that the control has not seen are compared with: the same edges before.</param>
    /// <param name="final">Whether the bake is over.</param>
    public static GateVerdict Judge(GateLimits limits, GateCounts fresh, GateCounts control, GateCounts fallback, bool final)
    {
        var evidence = fresh.Requests == 0 ? null : Evidence(fresh, control);
        foreach (var tenant in fresh.Tenants)
        {
            if (TenantFailure(tenant, control.Tenant(tenant.Tenant), fallback.Tenant(tenant.Tenant)) is { } denied)
            {
                return new GateVerdict(GateOutcome.Fail, denied, evidence);
            }
        }

        if (fresh.Requests < RequestsMin || control.Requests < RequestsMin)
        {
            return new GateVerdict(
                GateOutcome.Inconclusive, $"{fresh.Requests} requests, {control.Requests} of the control; {RequestsMin} of each are needed", evidence);
        }

        var significance = final ? Significance : EarlySignificance;
        var failure =
            ShareFailure("5xx", limits.ErrorRatio, significance, fresh, control, counts => counts.ServerErrors)
            ?? ShareFailure("denials", limits.DenialRatio, significance, fresh, control, counts => counts.Denials)
            ?? LatencyFailure(limits.LatencyP99, significance, fresh, control);
        return failure is null ? new GateVerdict(GateOutcome.Pass, null, evidence) : new GateVerdict(GateOutcome.Fail, failure, evidence);
    }

    /// <summary>Both sides in the words of <c>gg rollout watch</c>.</summary>
    public static string Evidence(GateCounts fresh, GateCounts control)
    {
        var text = $"5xx {Percent(fresh.ServerErrors, fresh.Requests)} ({Control(control, counts => Percent(counts.ServerErrors, counts.Requests))})";
        if (fresh.P99Bucket() is { } bucket)
        {
            text += $"  p99 {Time(bucket)} ({Control(control, counts => counts.P99Bucket() is { } other ? Time(other) : "–")})";
        }

        return $"{text}  denials {Percent(fresh.Denials, fresh.Requests)} ({Control(control, counts => Percent(counts.Denials, counts.Requests))})  {fresh.Requests} requests";
    }

    private static string Control(GateCounts control, Func<GateCounts, string> text) => "control " + (control.Requests == 0 ? "–" : text(control));

    private static string? TenantFailure(TenantSample fresh, TenantSample? control, TenantSample? fallback)
    {
        var known = control is { Requests: >= TenantRequestsMin } ? control : fallback;
        if (fresh.Requests < TenantRequestsMin || known is not { Requests: >= TenantRequestsMin } before)
        {
            return null;
        }

        return Share(fresh.Denials, fresh.Requests) - Share(before.Denials, before.Requests) >= TenantRise
            ? $"Tenant/{fresh.Tenant}: denials {Percent(fresh.Denials, fresh.Requests)} (control {Percent(before.Denials, before.Requests)})"
            : null;
    }

    private static string? ShareFailure(
        string name, double rise, double significance, GateCounts fresh, GateCounts control, Func<GateCounts, long> hits) =>
        Share(hits(fresh), fresh.Requests) - Share(hits(control), control.Requests) > rise
        && ExactTest.WorseByChance(hits(fresh), fresh.Requests, hits(control), control.Requests) < significance
            ? $"{name} {Percent(hits(fresh), fresh.Requests)} (control {Percent(hits(control), control.Requests)})"
            : null;

    /// <summary>The share above the control's p99, tested like any other share; the rise is read off the buckets.</summary>
    private static string? LatencyFailure(double rise, double significance, GateCounts fresh, GateCounts control)
    {
        if (fresh.P99Bucket() is not { } mine || control.P99Bucket() is not { } theirs
            || fresh.Timed() < RequestsMin || control.Timed() < RequestsMin
            || LatencyBuckets.Upper(mine).TotalMilliseconds <= LatencyBuckets.Upper(theirs).TotalMilliseconds * (1 + rise) * (1 + Rounding))
        {
            return null;
        }

        return ExactTest.WorseByChance(fresh.SlowerThan(theirs), fresh.Timed(), control.SlowerThan(theirs), control.Timed()) < significance
            ? $"p99 {Time(mine)} (control {Time(theirs)})"
            : null;
    }

    // A bucket is exactly the default rise wide; floating point must not decide which side of it a bucket is.
    private const double Rounding = 1e-6;

    private static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;

    private static string Percent(long part, long whole)
    {
        var percent = Share(part, whole) * 100;
        return percent.ToString(percent is > 0 and < 0.1 ? "0.00" : "0.0", CultureInfo.InvariantCulture) + " %";
    }

    private static string Time(int bucket)
    {
        var time = LatencyBuckets.Upper(bucket);
        return time.TotalSeconds >= 1
            ? time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s"
            : time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) + " ms";
    }
}
