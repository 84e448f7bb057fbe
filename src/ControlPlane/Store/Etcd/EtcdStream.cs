using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace GlobalGateway.ControlPlane.Store.Etcd;

/// <summary>An answer that goes on: one JSON object a line.</summary>
internal sealed class EtcdStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly PipeReader _lines;
    private readonly Action<string?> _avoid;
    private readonly Action _heard;

    public EtcdStream(HttpResponseMessage answer, Stream body, Action<string?> avoid, Action heard)
    {
        (_answer, _avoid, _heard) = (answer, avoid, heard);
        _lines = PipeReader.Create(body);
    }

    /// <summary>The next line.</summary>
    /// <exception cref="EtcdFailureException">It was silent for too long, has ended, or is not JSON; another member is next.</exception>
    public async Task<T> NextAsync<T>(JsonTypeInfo<T> type, TimeSpan silentMax, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(silentMax);
        try
        {
            while (true)
            {
                var read = await _lines.ReadAsync(patience.Token);
                if (read.Buffer.PositionOf((byte)'\n') is { } end)
                {
                    var line = read.Buffer.Slice(0, end).ToArray();
                    _lines.AdvanceTo(read.Buffer.GetPosition(1, end));
                    var value = JsonSerializer.Deserialize(line, type) ?? throw new JsonException("null");
                    _heard();
                    return value;
                }

                if (read.IsCompleted || read.Buffer.Length > EtcdGateway.AnswerBytesMax)
                {
                    throw new IOException(read.IsCompleted ? "the stream has ended" : "a line is too long");
                }

                _lines.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Without a leader nobody has anything to say: no news, but another member may know better.
            _avoid(null);
            throw new EtcdFailureException(FailureKind.Unknown, $"nothing was heard for {silentMax.TotalSeconds:0.#} s");
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException or JsonException)
        {
            throw Broken(problem.Message, problem);
        }
    }

    /// <summary>The member is not to be believed: the next call goes to another one.</summary>
    public EtcdFailureException Broken(string why, Exception? problem)
    {
        _avoid(why);
        return new EtcdFailureException(FailureKind.Unknown, why, problem);
    }

    public async ValueTask DisposeAsync()
    {
        await _lines.CompleteAsync();
        _answer.Dispose();
    }
}
