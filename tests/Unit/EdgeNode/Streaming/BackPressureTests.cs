using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Unit.EdgeNode.Attempts;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Streaming;

public class BackPressureTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    /// <summary>What both kernels' socket buffers on the way may take; the edge itself holds a few buffers of 64 KiB.</summary>
    private const long UnderwayBytesMax = 32 * 1024 * 1024;

    /// <summary>Shorter than the client's pause: its own slowness must not look like the provider's.</summary>
    private static readonly TimeSpan InterToken = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task SlowClient_HoldsTheProviderBackAndLosesNothing()
    {
        var sent = 0L;
        var piece = ChatEvents.Text(new string('x', 2000));
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = async (context, _) =>
        {
            await ScriptedUpstream.StreamAsync(context, ChatEvents.Role);
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await ScriptedUpstream.StreamAsync(context, piece);
                Interlocked.Add(ref sent, piece.Length);
            }
        };
        var resources = TestResources.For(upstream);
        resources = resources with { Providers = [resources.Providers[0] with { Timeouts = new Timeouts { InterToken = InterToken } }] };
        await using var edge = await EdgeHost.StartAsync(resources);
        using var client = await AskAsync(edge);

        // Nothing is read, so the provider stops once every buffer on the way is full; then it stays stopped for longer than its time between tokens.
        var full = await UntilItStopsAsync(() => Interlocked.Read(ref sent));
        await Task.Delay(3 * InterToken, Cancellation);

        Interlocked.Read(ref sent).ShouldBe(full);
        full.ShouldBeLessThan(UnderwayBytesMax);

        var text = await ReadSlowlyAsync(client, bytes: 64 * 1024);
        text.ShouldNotContain("\"error\"");
        text.Split("data: ").Skip(2).SkipLast(1).ShouldAllBe(e => e.Contains(new string('x', 2000), StringComparison.Ordinal));
    }

    private static async Task<Socket> AskAsync(EdgeHost edge)
    {
        const string Body = """{"model":"fast","stream":true,"messages":[]}""";
        var uri = new Uri(edge.PublicUrl);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPEndPoint.Parse(uri.Authority), Cancellation);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/chat/completions HTTP/1.1\r\nHost: {uri.Authority}\r\nAuthorization: Bearer {EdgeHost.Key}\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}"), Cancellation);
        return socket;
    }

    private static async Task<long> UntilItStopsAsync(Func<long> value)
    {
        var deadline = Stopwatch.GetTimestamp() + 30 * Stopwatch.Frequency;
        while (true)
        {
            var before = value();
            await Task.Delay(400, Cancellation);
            if (before > 0 && value() == before)
            {
                return before;
            }

            Stopwatch.GetTimestamp().ShouldBeLessThan(deadline, "the provider is never held back");
        }
    }

    /// <summary>About 1 KB at a time; of chunked coding only the line ends are taken out.</summary>
    private static async Task<string> ReadSlowlyAsync(Socket socket, int bytes)
    {
        var text = new StringBuilder();
        var buffer = new byte[1024];
        while (text.Length < bytes)
        {
            var count = await socket.ReceiveAsync(buffer, Cancellation);
            count.ShouldBeGreaterThan(0);
            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        return System.Text.RegularExpressions.Regex.Replace(text.ToString(), "\r\n[0-9a-f]+\r\n", "");
    }
}
