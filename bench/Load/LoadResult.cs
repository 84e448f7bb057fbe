using System.Diagnostics;

namespace GlobalGateway.Bench.Load;

/// <summary>What one or several connections saw.</summary>
internal sealed class LoadResult
{
    private readonly List<float> _milliseconds = [];
    private readonly List<float> _firstTextMilliseconds = [];

    public int Requests => _milliseconds.Count;
    public int Wrong { get; private set; }
    public string? FirstFailure { get; private set; }
    public TimeSpan Elapsed { get; private set; }

    public static LoadResult Of(IEnumerable<LoadResult> parts, TimeSpan elapsed)
    {
        var all = new LoadResult { Elapsed = elapsed };
        foreach (var part in parts)
        {
            all._milliseconds.AddRange(part._milliseconds);
            all._firstTextMilliseconds.AddRange(part._firstTextMilliseconds);
            all.Wrong += part.Wrong;
            all.FirstFailure ??= part.FirstFailure;
        }

        all._milliseconds.Sort();
        all._firstTextMilliseconds.Sort();
        return all;
    }

    public void Add(AnswerTiming answer, long sent)
    {
        if (!answer.Right)
        {
            Fail(answer.Status == 200 ? "an answer with another hash" : $"status {answer.Status}");
            return;
        }

        _milliseconds.Add((float)Stopwatch.GetElapsedTime(sent, answer.End).TotalMilliseconds);
        _firstTextMilliseconds.Add((float)Stopwatch.GetElapsedTime(sent, answer.FirstText).TotalMilliseconds);
    }

    public void Fail(string why)
    {
        Wrong++;
        FirstFailure ??= why;
    }

    public double Milliseconds(double quantile) => At(_milliseconds, quantile);

    public double FirstTextMilliseconds(double quantile) => At(_firstTextMilliseconds, quantile);

    private static double At(List<float> sorted, double quantile) => sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)(quantile * sorted.Count))];
}
