using System.Globalization;
using System.Text;

namespace GlobalGateway.EdgeNode.Telemetry.Prometheus;

/// <summary>One line (or histogram) of the text format: fixed labels and a value that many threads add to.</summary>
public sealed class Series(int hash, KeyValuePair<string, object?>[] tags, bool isHistogram)
{
    /// <summary>Upper bounds in seconds: from a cache's answer to a long stream.</summary>
    private static readonly double[] Bounds =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

    private static readonly string[] BoundTexts = [.. Bounds.Select(b => b.ToString(CultureInfo.InvariantCulture)), "+Inf"];

    private readonly long[] _buckets = isHistogram ? new long[Bounds.Length + 1] : [];
    private readonly string _labels = string.Join(',', tags.Select(t => $"{t.Key}=\"{Escape(t.Value?.ToString() ?? "")}\""));
    private double _value;

    public int Hash => hash;

    public bool Has(ReadOnlySpan<KeyValuePair<string, object?>> others)
    {
        if (others.Length != tags.Length)
        {
            return false;
        }

        for (var i = 0; i < tags.Length; i++)
        {
            if (!Equals(tags[i].Value, others[i].Value))
            {
                return false;
            }
        }

        return true;
    }

    public void Set(double value) => Volatile.Write(ref _value, value);

    public void Add(double value)
    {
        if (isHistogram)
        {
            var bucket = 0;
            while (bucket < Bounds.Length && value > Bounds[bucket])
            {
                bucket++;
            }

            Interlocked.Increment(ref _buckets[bucket]);
        }

        double seen;
        do
        {
            seen = Volatile.Read(ref _value);
        }
        while (Interlocked.CompareExchange(ref _value, seen + value, seen) != seen);
    }

    public void Write(StringBuilder text, string name)
    {
        if (!isHistogram)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}{(_labels.Length > 0 ? $"{{{_labels}}}" : "")} {Volatile.Read(ref _value):R}\n");
            return;
        }

        long total = 0;
        for (var i = 0; i < _buckets.Length; i++)
        {
            total += Volatile.Read(ref _buckets[i]);
            text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{_labels}{(_labels.Length > 0 ? "," : "")}le=\"{BoundTexts[i]}\"}} {total}\n");
        }

        var braces = _labels.Length > 0 ? $"{{{_labels}}}" : "";
        text.Append(CultureInfo.InvariantCulture, $"{name}_sum{braces} {Volatile.Read(ref _value):R}\n{name}_count{braces} {total}\n");
    }

    private static string Escape(string value) => value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
}
