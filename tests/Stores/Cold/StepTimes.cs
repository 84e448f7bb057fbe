using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace GlobalGateway.Stores.Cold;

/// <summary>How long each kind of step took, and how often it was taken.</summary>
internal sealed class StepTimes
{
    private readonly ConcurrentDictionary<string, (int Count, TimeSpan Total)> _steps = [];

    public async ValueTask<T> TimeAsync<T>(string step, ValueTask<T> doing)
    {
        var begun = Stopwatch.GetTimestamp();
        try
        {
            return await doing;
        }
        finally
        {
            var took = Stopwatch.GetElapsedTime(begun);
            _steps.AddOrUpdate(step, (1, took), (_, known) => (known.Count + 1, known.Total + took));
        }
    }

    public async ValueTask TimeAsync(string step, ValueTask doing)
    {
        await TimeAsync(step, WithResultAsync(doing));

        static async ValueTask<bool> WithResultAsync(ValueTask doing)
        {
            await doing;
            return true;
        }
    }

    public void Clear() => _steps.Clear();

    /// <summary>The longest first, as shares of so many requests.</summary>
    public IEnumerable<string> Describe(int requests) => _steps.OrderByDescending(step => step.Value.Total).Select(step => string.Create(
        CultureInfo.InvariantCulture,
        $"{step.Key,-24} {step.Value.Total.TotalMilliseconds / requests,6:0.0} ms in {(double)step.Value.Count / requests:0.0} calls of {step.Value.Total.TotalMilliseconds / step.Value.Count:0.0} ms"));
}
