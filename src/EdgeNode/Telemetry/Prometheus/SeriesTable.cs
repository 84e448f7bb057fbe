using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace GlobalGateway.EdgeNode.Telemetry.Prometheus;

/// <summary>The series of one instrument by label values; lookups take no lock.</summary>
public sealed class SeriesTable
{
    /// <summary>Further label values share one series, named <c>other</c>.</summary>
    public const int SeriesMax = 2_000;

    private readonly Lock _gate = new();
    private readonly Instrument _instrument;
    private readonly string _type;
    private readonly bool _isHistogram;
    private readonly bool _isObservable;
    private int _count;
    private Series?[] _slots = new Series?[16];
    private Series? _overflow;

    public SeriesTable(Instrument instrument)
    {
        _instrument = instrument;
        var kind = instrument.GetType().Name;
        _isHistogram = kind.StartsWith("Histogram", StringComparison.Ordinal);
        _isObservable = instrument.IsObservable;
        _type = _isHistogram ? "histogram" : kind.Contains("Gauge", StringComparison.Ordinal) ? "gauge" : "counter";
    }

    public string Name => _instrument.Name;

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = Find(tags);
        if (_isObservable)
        {
            series.Set(value);
        }
        else
        {
            series.Add(value);
        }
    }

    /// <summary>Observed series that are not reported again are gone.</summary>
    public void BeginObservation()
    {
        if (_isObservable)
        {
            lock (_gate)
            {
                Volatile.Write(ref _slots, new Series?[16]);
                _count = 0;
                _overflow = null;
            }
        }
    }

    public void Write(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} {_instrument.Description}\n# TYPE {Name} {_type}\n");
        foreach (var series in Volatile.Read(ref _slots))
        {
            series?.Write(text, Name);
        }

        _overflow?.Write(text, Name);
    }

    private Series Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = Hash(tags);
        var slots = Volatile.Read(ref _slots);
        for (var i = hash & (slots.Length - 1); slots[i] is { } series; i = (i + 1) & (slots.Length - 1))
        {
            if (series.Hash == hash && series.Has(tags))
            {
                return series;
            }
        }

        return Insert(hash, tags);
    }

    private Series Insert(int hash, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_gate)
        {
            var slots = _slots;
            for (var i = hash & (slots.Length - 1); slots[i] is { } series; i = (i + 1) & (slots.Length - 1))
            {
                if (series.Hash == hash && series.Has(tags))
                {
                    return series;
                }
            }

            if (_count >= SeriesMax)
            {
                return _overflow ??= new Series(0, [new("overflow", "other")], _isHistogram);
            }

            // A larger copy is published whole, so that readers never see a half-moved table.
            var larger = new Series?[_count * 2 >= slots.Length ? slots.Length * 2 : slots.Length];
            foreach (var series in slots)
            {
                Place(larger, series);
            }

            var added = new Series(hash, tags.ToArray(), _isHistogram);
            Place(larger, added);
            _count++;
            Volatile.Write(ref _slots, larger);
            return added;
        }
    }

    private static void Place(Series?[] slots, Series? series)
    {
        if (series is null)
        {
            return;
        }

        var i = series.Hash & (slots.Length - 1);
        while (slots[i] is not null)
        {
            i = (i + 1) & (slots.Length - 1);
        }

        slots[i] = series;
    }

    private static int Hash(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = new HashCode();
        foreach (var tag in tags)
        {
            hash.Add(tag.Value?.GetHashCode() ?? 0);
        }

        return hash.ToHashCode();
    }
}
