using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using GlobalGateway.Bench.Upstream;

namespace GlobalGateway.Bench.Paced;

/// <summary>One connection that asks for one paced stream after the other and looks at every token.</summary>
internal sealed class PacedReader(int port, ReadOnlyMemory<byte> request)
{
    private const int BufferBytes = 16 * 1024;

    private readonly byte[] _buffer = new byte[BufferBytes];

    public List<float> FirstTokenMs { get; } = [];
    public List<float> DelayMs { get; } = [];
    public long Tokens { get; private set; }
    public long Missed { get; private set; }

    public async Task RunAsync(TimeSpan delay, long until, CancellationToken limit)
    {
        await Task.Delay(delay, limit);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), limit);
        while (Stopwatch.GetTimestamp() < until)
        {
            await ReadStreamAsync(socket, limit);
        }
    }

    private async Task ReadStreamAsync(Socket socket, CancellationToken limit)
    {
        var sent = Stopwatch.GetTimestamp();
        await socket.SendAsync(request, limit);
        var (expected, end) = (0, 0);
        while (true)
        {
            var count = await socket.ReceiveAsync(_buffer.AsMemory(end), limit);
            var now = Stopwatch.GetTimestamp();
            end += count;
            var used = Take(_buffer.AsSpan(0, end), sent, now, ref expected);
            // The end of the last chunk, or of the connection.
            var done = _buffer.AsSpan(0, end).EndsWith("\r\n0\r\n\r\n"u8);
            if (done || count == 0)
            {
                Missed += PacedAnswer.Tokens - expected;
                if (!done)
                {
                    throw new EndOfStreamException("a paced stream was cut");
                }

                return;
            }

            _buffer.AsSpan(used, end - used).CopyTo(_buffer);
            end -= used;
        }
    }

    /// <summary>Takes every whole token and returns how many bytes are done with.</summary>
    private int Take(ReadOnlySpan<byte> bytes, long sent, long now, ref int expected)
    {
        var used = 0;
        while (bytes[used..].IndexOf("\"content\":\"w"u8) is >= 0 and var at)
        {
            var word = bytes[(used + at + "\"content\":\"w"u8.Length)..];
            var end = word.IndexOf((byte)' ');
            if (end < 0)
            {
                return used + at;
            }

            if (!Utf8Parser.TryParse(word, out int number, out var digits) || !Utf8Parser.TryParse(word[(digits + 1)..], out long stamp, out _))
            {
                throw new InvalidDataException("a token without number and time");
            }

            Missed += number == expected ? 0 : 1;
            if (expected++ == 0)
            {
                FirstTokenMs.Add((float)Stopwatch.GetElapsedTime(sent, now).TotalMilliseconds);
            }

            Tokens++;
            DelayMs.Add((float)Stopwatch.GetElapsedTime(stamp, now).TotalMilliseconds);
            used += at + "\"content\":\"w"u8.Length + end;
        }

        // What is left may hold the beginning of a token, or of the stream's end.
        return Math.Max(used, bytes.Length - 64);
    }
}
