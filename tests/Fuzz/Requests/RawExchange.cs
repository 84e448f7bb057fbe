using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GlobalGateway.Fuzz.Requests;

/// <summary>Sends bytes over a connection of their own and reads whatever comes back, to its end.</summary>
public static class RawExchange
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan GoneAfter = TimeSpan.FromMilliseconds(250);
    private const int KeptBytes = 8 * 1024;

    public static async Task<Answer> SendAsync(Uri edge, FuzzRequest request, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var kept = new byte[KeptBytes];
        var length = 0;
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, edge.Port, limit.Token);
            await socket.SendAsync(request.Bytes, limit.Token);
            if (!request.IsWhole)
            {
                // The rest may never come: an end of input after a moment stands for a client that goes away.
                _ = EndInputAsync(socket, limit.Token);
            }

            var rest = new byte[KeptBytes];
            while (true)
            {
                var target = length < KeptBytes ? kept.AsMemory(length) : rest;
                var read = await socket.ReceiveAsync(target, limit.Token);
                if (read == 0)
                {
                    break;
                }

                length += length < KeptBytes ? read : 0;
            }
        }
        catch (SocketException)
        {
            // A reset after an answer is how a server ends a body it does not want; what was read counts.
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Answer("hang", 0, Encoding.Latin1.GetString(kept, 0, Math.Min(length, 200)));
        }

        return Answer.Parse(Encoding.Latin1.GetString(kept, 0, length));
    }

    private static async Task EndInputAsync(Socket socket, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(GoneAfter, cancellation);
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Answered and closed before.
        }
    }

    /// <summary>How far a request came, and with which status it was answered.</summary>
    /// <param name="Stage"><c>http</c>: the server refused it; <c>door</c>: the gateway did; <c>upstream</c>: a provider saw it; <c>closed</c>: no answer; <c>hang</c>.</param>
    public sealed record Answer(string Stage, int Status, string Start)
    {
        public bool IsFailure => Stage == "hang" || Status is 500;

        public static Answer Parse(string text)
        {
            if (!text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) || text.Length < 12)
            {
                return new Answer("closed", 0, text.Length > 200 ? text[..200] : text);
            }

            var headers = text.Split("\r\n\r\n", 2)[0];
            var stage = headers.Contains("x-gateway-attempts: ", StringComparison.Ordinal) && !headers.Contains("x-gateway-attempts: 0", StringComparison.Ordinal) ? "upstream"
                : headers.Contains("x-request-id: ", StringComparison.Ordinal) ? "door"
                : "http";
            return new Answer(stage, int.Parse(text.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture), text.Length > 600 ? text[..600] : text);
        }
    }
}
