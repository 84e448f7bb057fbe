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
        output.WriteLine(Text($"The last row's time is {Admissions[^1].MeanMicros / Admissions[0].MeanMicros:0.0} times the first's: the work is the same, but every account is out of the processor's caches when each is as likely as any other."));
        foreach (var (what, holds) in Lines())
        {
            output.WriteLine($"{(holds ? '✓' : '✗')} {what}");
        }
    }

    private IEnumerable<(string What, bool Holds)> Lines()
    {
        var (p99, cpu) = (Admissions.Max(admission => admission.P99Micros), Admissions.Max(admission => admission.CpuMicros));
        yield return (Text($"reserve and settle with three budgets, journal included: p99 {p99:0.0} µs (at most {P99MicrosMax})"), p99 <= P99MicrosMax);
        yield return (Text($"CPU for that, the journal's threads included: {cpu:0.00} µs (at most {CpuMicrosMax})"), cpu <= CpuMicrosMax);
        yield return (Text($"journal: {Journal.RecordsPerSecond:N0} records of 150 bytes a second (at least {AppendsMin:N0}), {Journal.AppendNanos:0} ns each"), Journal.RecordsPerSecond >= AppendsMin);
        yield return (Text($"{State.Accounts:N0} accounts with rights on one edge: {State.Bytes / 1e6:0} MB, {State.BytesPerAccount:0} bytes each (at most {StateMBMax:0} MB)"), State.Bytes <= StateMBMax * 1e6);
        yield return (Text($"a request with three budgets costs the edge {Edge.With.CpuMicrosPerRequest:0.0} µs of CPU, without {Edge.Without.CpuMicrosPerRequest:0.0}: {Edge.AddedShare:+0.0 %;-0.0 %} (at most +{AddedShareMax:0 %})"), Edge.AddedShare <= AddedShareMax);
        yield return (Text($"the region's agent goes over them in {State.PassSeconds:0.00} s of CPU (at most {PassSecondsMax})"), State.PassSeconds <= PassSecondsMax);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
