using System.Globalization;

namespace GlobalGateway.EdgeNode.Telemetry;

/// <summary>Gathers log lines in memory and writes them to standard output in large pieces, so that no request waits for a pipe.</summary>
public sealed class LogSink : IAsyncDisposable
{
    /// <summary>Bytes that may wait; further lines are dropped, counted, and the count is logged.</summary>
    public const int WaitingBytesMax = 8 * 1024 * 1024;

    private static readonly TimeSpan WriteEvery = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly Stream _output;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writer;
    private long _dropped;
    private long _droppedReported;
    private MemoryStream _filling = new();
    private MemoryStream _writing = new();

    public LogSink()
        : this(Console.OpenStandardOutput())
    {
    }

    public LogSink(Stream output)
    {
        _output = output;
        _writer = Task.Run(RunAsync);
    }

    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Takes one line, without its line feed.</summary>
    public void Write(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            if (_filling.Length + line.Length >= WaitingBytesMax)
            {
                _dropped++;
                return;
            }

            _filling.Write(line);
            _filling.WriteByte((byte)'\n');
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _writer;
        await FlushAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(WriteEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                await FlushAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Disposal writes the rest.
        }
    }

    private async Task FlushAsync()
    {
        var dropped = Dropped;
        if (dropped > _droppedReported)
        {
            Write(System.Text.Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"time\":\"{DateTime.UtcNow:O}\",\"level\":\"warn\",\"event\":\"log_lines_dropped\",\"total\":{dropped}}}")));
            _droppedReported = dropped;
        }

        lock (_gate)
        {
            (_filling, _writing) = (_writing, _filling);
        }

        if (_writing.Length > 0)
        {
            try
            {
                await _output.WriteAsync(_writing.GetBuffer().AsMemory(0, (int)_writing.Length));
                await _output.FlushAsync();
            }
            catch (IOException)
            {
                // Nobody reads standard output any more: serving goes on, the lines are counted.
                Interlocked.Increment(ref _dropped);
            }

            _writing.SetLength(0);
        }
    }
}
