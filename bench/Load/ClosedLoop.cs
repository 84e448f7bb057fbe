using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace GlobalGateway.Bench.Load;

/// <summary>Connections that each send the next request when they have the whole answer to the last; no pipelining.</summary>
internal sealed class ClosedLoop(int port, GeneratorRequest request)
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    /// <summary>Runs for a time that is set before, and ends by itself.</summary>
    public async Task<LoadResult> RunAsync(int connections, TimeSpan time)
    {
        var started = Stopwatch.GetTimestamp();
        var until = started + (long)(time.TotalSeconds * Stopwatch.Frequency);
        using var limit = new CancellationTokenSource(time + AnswerLimit);
        var results = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => RunOneAsync(until, limit.Token))));
        return LoadResult.Of(results, Stopwatch.GetElapsedTime(started));
    }

    private async Task<LoadResult> RunOneAsync(long until, CancellationToken limit)
    {
        var result = new LoadResult();
        Socket? socket = null;
        AnswerReader? reader = null;
        try
        {
            while (Stopwatch.GetTimestamp() < until)
            {
                if (socket is null)
                {
                    socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                    await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), limit);
                    reader = new AnswerReader(socket);
                }

                var sent = Stopwatch.GetTimestamp();
                await socket.SendAsync(request.Bytes, limit);
                var answer = await reader!.ReadAsync(request.ExpectedSha256, limit);
                result.Add(answer, sent);
                if (answer.Closes || !answer.Right)
                {
                    socket.Dispose();
                    socket = null;
                }
            }
        }
        catch (Exception e) when (e is SocketException or InvalidDataException or EndOfStreamException or OperationCanceledException)
        {
            result.Fail(e is OperationCanceledException ? "no answer in time" : e.Message);
        }
        finally
        {
            socket?.Dispose();
        }

        return result;
    }
}
