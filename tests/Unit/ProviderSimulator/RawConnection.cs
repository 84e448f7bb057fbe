using System.Net.Sockets;
using System.Text;

namespace GlobalGateway.Unit.ProviderSimulator;

internal enum ConnectionEnd { StillOpen, Fin, Reset }

/// <summary>A bare socket, for what HTTP clients hide: how a connection ends.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly StringBuilder _received = new();

    private RawConnection(Socket socket) => _socket = socket;

    public string Received => _received.ToString();

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port);
        return new RawConnection(socket);
    }

    public async Task PostAsync(string path, string json)
    {
        var bytes = Encoding.UTF8.GetByteCount(json);
        await _socket.SendAsync(Encoding.UTF8.GetBytes(
            $"POST {path} HTTP/1.1\r\nhost: simulator\r\nauthorization: Bearer {SimulatorHost.Key}\r\nx-api-key: {SimulatorHost.Key}\r\nanthropic-version: 2023-06-01\r\ncontent-type: application/json\r\ncontent-length: {bytes}\r\n\r\n{json}"));
    }

    /// <summary>Reads until the text shows up.</summary>
    public async Task ReadUntilAsync(string text, int timeoutMs = 10_000)
    {
        using var timeout = new CancellationTokenSource(timeoutMs);
        while (!Received.Contains(text, StringComparison.Ordinal))
        {
            if (await ReadAsync(timeout.Token) is { } end)
            {
                throw new InvalidOperationException($"ended with {end} before '{text}': {Received}");
            }
        }
    }

    /// <summary>Reads to the end; still open when nothing more happens for <paramref name="quietMs"/>.</summary>
    public async Task<ConnectionEnd> ReadToEndAsync(int quietMs = 5000)
    {
        while (true)
        {
            using var quiet = new CancellationTokenSource(quietMs);
            try
            {
                if (await ReadAsync(quiet.Token) is { } end)
                {
                    return end;
                }
            }
            catch (OperationCanceledException)
            {
                return ConnectionEnd.StillOpen;
            }
        }
    }

    private async Task<ConnectionEnd?> ReadAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            var read = await _socket.ReceiveAsync(buffer, cancellationToken);
            _received.Append(Encoding.UTF8.GetString(buffer, 0, read));
            return read == 0 ? ConnectionEnd.Fin : null;
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            return ConnectionEnd.Reset;
        }
    }

    public void Dispose() => _socket.Dispose();
}
