using System.Globalization;

namespace GlobalGateway.Bench.Quota;

/// <summary>All of one run beside the bounds that hold for it.</summary>
internal sealed record QuotaResult(JournalMeasurement Journal, IReadOnlyList<AdmissionMeasurement> Admissions, StateMeasurement State, EdgeCostMeasurement Edge)
{
    private const double P99MicrosMax = 50;
    private const double CpuMicrosMax = 2;
    private const double AppendsMin = 200_000;
    private const double StateMBMax = 100;
    private const double PassSecondsMax = 1;
    private const double AddedShareMax = 0.1;
    private const double GrownShareMax = 0.1;
    private const int TypicalAccounts = 1_000;

    public bool HoldsBounds => Edge.With.Wrong + Edge.Without.Wrong == 0 && Lines().All(line => line.Holds);

    public void Write(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"{"accounts",10}{"pairs",12}{"p50 µs",9}{"p99 µs",9}{"p99.9 µs",10}{"mean µs",9}{"CPU µs",9}");
        foreach (var admission in Admissions)
        {
            output.WriteLine(Text($"{admission.Accounts,10:N0}{admission.Pairs,12:N0}{admission.P50Micros,9:0.00}{admission.P99Micros,9:0.00}{admission.P999Micros,10:0.00}{admission.MeanMicros,9:0.00}{admission.CpuMicros,9:0.00}"));
        }

        output.WriteLine();
        output.WriteLine(Text($"The work is the same in every row; with {Admissions[^1].Accounts:N0} accounts, each as likely as any other, none is in the processor's caches."));
        foreach (var (what, holds) in Lines())
        {
            output.WriteLine($"{(holds ? '✓' : '✗')} {what}");
        }
    }

    private IEnumerable<(string What, bool Holds)> Lines()
    {
        var p99 = Admissions.Max(admission => admission.P99Micros);
        var typical = Admissions.Last(admission => admission.Accounts <= TypicalAccounts);
        var (fewest, most) = (Admissions[0], Admissions[^1]);
        var grown = (most.CpuMicros - fewest.CpuMicros) / Edge.With.CpuMicrosPerRequest;
        yield return (Text($"reserve and settle with three budgets, journal included: p99 {p99:0.0} µs (at most {P99MicrosMax})"), p99 <= P99MicrosMax);
        yield return (Text($"CPU for that with {typical.Accounts:N0} accounts, the journal's threads included: {typical.CpuMicros:0.00} µs (at most {CpuMicrosMax})"), typical.CpuMicros <= CpuMicrosMax);
        yield return (Text($"a request's CPU with {most.Accounts:N0} accounts instead of {fewest.Accounts:N0}: {most.CpuMicros - fewest.CpuMicros:+0.00;-0.00} µs, {grown:+0.0 %;-0.0 %} (at most +{GrownShareMax:0 %})"), grown <= GrownShareMax);
        yield return (Text($"journal: {Journal.RecordsPerSecond:N0} records of 150 bytes a second (at least {AppendsMin:N0}), {Journal.AppendNanos:0} ns each"), Journal.RecordsPerSecond >= AppendsMin);
        yield return (Text($"{State.Accounts:N0} accounts with rights on one edge: {State.Bytes / 1e6:0} MB, {State.BytesPerAccount:0} bytes each, beside {State.ConfigurationBytes / State.Accounts} of its configuration (at most {StateMBMax:0} MB)"), State.Bytes <= StateMBMax * 1e6);
        yield return (Text($"a request with three budgets costs the edge {Edge.With.CpuMicrosPerRequest:0.0} µs of CPU, without {Edge.Without.CpuMicrosPerRequest:0.0}: {Edge.AddedShare:+0.0 %;-0.0 %} (at most +{AddedShareMax:0 %})"), Edge.AddedShare <= AddedShareMax);
        yield return (Text($"a pass of the region's agent over them: {State.PassSeconds:0.000} s of CPU, and {State.RoundSeconds:0.0} s until each had its turn (a pass at most {PassSecondsMax})"), State.PassSeconds <= PassSecondsMax);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
