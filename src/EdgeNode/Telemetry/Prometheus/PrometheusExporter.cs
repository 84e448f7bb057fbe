using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace GlobalGateway.EdgeNode.Telemetry.Prometheus;

/// <summary>Adds up the measurements of the edge's meter and writes them in Prometheus' text format 0.0.4.</summary>
public sealed class PrometheusExporter : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly ConcurrentDictionary<Instrument, SeriesTable> _tables = new();
    private readonly Lock _gate = new();
    private readonly MeterListener _listener = new();

    /// <param name="meter">The only meter that is listened to.</param>
    public PrometheusExporter(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                listener.EnableMeasurementEvents(instrument, _tables.GetOrAdd(instrument, static i => new SeriesTable(i)));
            }
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, table) => ((SeriesTable)table!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, table) => ((SeriesTable)table!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, table) => ((SeriesTable)table!).Record(value, tags));
        _listener.Start();
    }

    public string Write()
    {
        lock (_gate)
        {
            foreach (var table in _tables.Values)
            {
                table.BeginObservation();
            }

            _listener.RecordObservableInstruments();
            var text = new StringBuilder(16 * 1024);
            foreach (var table in _tables.Values.OrderBy(t => t.Name, StringComparer.Ordinal))
            {
                table.Write(text);
            }

            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();
}
