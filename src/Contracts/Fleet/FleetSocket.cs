using System.Net.WebSockets;
using System.Text.Json;

namespace GlobalGateway.Contracts.Fleet;

/// <summary>Sends and receives whole messages with limits on size, time and silence. One reader; any number of writers.</summary>
public sealed class FleetSocket(WebSocket socket) : IDisposable
{
    private const int FirstBytes = 16 * 1024;

    private readonly SemaphoreSlim _sending = new(1, 1);
    private byte[] _received = new byte[FirstBytes];

    /// <exception cref="FleetSocketException">The other side does not take the message in time.</exception>
    public async Task SendAsync(FleetMessage message, CancellationToken cancel)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(message, FleetJsonContext.Default.FleetMessage);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(FleetProtocol.SendTimeout);
        try
        {
            await _sending.WaitAsync(timeout.Token);
            try
            {
                await socket.SendAsync(bytes, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, timeout.Token);
            }
            finally
            {
                _sending.Release();
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new FleetSocketException("the other side does not read");
        }
        catch (Exception problem) when (problem is WebSocketException or IOException or ObjectDisposedException)
        {
            throw new FleetSocketException("the connection broke");
        }
    }

    /// <summary>The next message that this version knows; those of other versions' kinds are passed over.</summary>
    /// <returns>Nothing at a proper end.</returns>
    /// <exception cref="FleetSocketException">The connection broke, was silent for too long, or carried something else.</exception>
    public async Task<FleetMessage?> ReceiveAsync(CancellationToken cancel)
    {
        while (await ReceiveBytesAsync(cancel) is { } bytes)
        {
            if (Read(bytes.Span) is { } message)
            {
                return message;
            }
        }

        return null;
    }

    private async Task<ReadOnlyMemory<byte>?> ReceiveBytesAsync(CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(FleetProtocol.SilenceMax);
        try
        {
            var length = 0;
            while (true)
            {
                var part = await socket.ReceiveAsync(_received.AsMemory(length), timeout.Token);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                length += part.Count;
                if (part.EndOfMessage)
                {
                    return _received.AsMemory(0, length);
                }

                if (length == FleetProtocol.MessageBytesMax)
                {
                    throw new FleetSocketException("a message above the limit");
                }

                if (length == _received.Length)
                {
                    Array.Resize(ref _received, Math.Min(length * 2, FleetProtocol.MessageBytesMax));
                }
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new FleetSocketException($"nothing heard for {FleetProtocol.SilenceMax.TotalSeconds:0} s");
        }
        catch (Exception problem) when (problem is WebSocketException or IOException or ObjectDisposedException)
        {
            throw new FleetSocketException("the connection broke");
        }
    }

    /// <returns>Nothing for a kind of message that this version does not know.</returns>
    private static FleetMessage? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, FleetJsonContext.Default.FleetMessage) ?? throw new FleetSocketException("an empty message");
        }
        catch (NotSupportedException)
        {
            // Its kind has no class here: the other side is newer, and does without an answer.
            return null;
        }
        catch (JsonException problem)
        {
            throw new FleetSocketException($"a message that cannot be read, at {(string.IsNullOrEmpty(problem.Path) ? "its beginning" : problem.Path)}");
        }
    }

    public async Task CloseAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, timeout.Token);
        }
        catch (Exception problem) when (problem is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It is being left anyway.
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        _sending.Dispose();
    }
}

/// <summary>The stream cannot go on; the message says why in a few words.</summary>
public sealed class FleetSocketException(string message) : Exception(message);
