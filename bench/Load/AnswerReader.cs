using System.Buffers.Text;
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace GlobalGateway.Bench.Load;

/// <summary>Reads HTTP/1.1 answers off one socket: just enough of the protocol to time and check them.</summary>
internal sealed class AnswerReader(Socket socket)
{
    private const int BufferBytes = 64 * 1024;
    private const int BodyBytesMax = 1024 * 1024;

    private readonly byte[] _received = new byte[BufferBytes];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _digest = new byte[SHA256.HashSizeInBytes];
    private int _start;
    private int _end;

    public async ValueTask<AnswerTiming> ReadAsync(ReadOnlyMemory<byte> expectedSha256, CancellationToken cancellation)
    {
        var head = await ReadHeadAsync(cancellation);
        var bodyBytes = 0;
        long firstText = 0;
        if (head.ContentLength >= 0)
        {
            for (var left = head.ContentLength; left > 0;)
            {
                var piece = await TakeAsync(left, cancellation);
                firstText = firstText == 0 ? Stopwatch.GetTimestamp() : firstText;
                left -= piece;
                bodyBytes += piece;
            }
        }
        else
        {
            while (await ReadChunkSizeAsync(cancellation) is var size and > 0)
            {
                for (var left = size; left > 0;)
                {
                    if (_start == _end)
                    {
                        await ReceiveAsync(cancellation);
                    }

                    firstText = firstText == 0 && HasText() ? Stopwatch.GetTimestamp() : firstText;
                    var piece = await TakeAsync(left, cancellation);
                    left -= piece;
                    bodyBytes += piece;
                }

                await SkipLineAsync(cancellation);
                if (bodyBytes > BodyBytesMax)
                {
                    throw new InvalidDataException("the answer does not end");
                }
            }

            await SkipLineAsync(cancellation);
        }

        _hash.GetHashAndReset(_digest);
        var right = head.Status == 200 && expectedSha256.Span.SequenceEqual(_digest);
        return new AnswerTiming(right, head.Status, firstText, Stopwatch.GetTimestamp(), head.Closes);
    }

    /// <summary>The role comes before the first word, and does not count as one.</summary>
    private bool HasText() => _received.AsSpan(_start, _end - _start).IndexOf("\"content\":\"w"u8) >= 0;

    private async ValueTask<(int Status, int ContentLength, bool Closes)> ReadHeadAsync(CancellationToken cancellation)
    {
        int length;
        while ((length = _received.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0)
        {
            await ReceiveAsync(cancellation);
        }

        var parsed = ParseHead(_received.AsSpan(_start, length + 2));
        _start += length + 4;
        return parsed;
    }

    private static (int Status, int ContentLength, bool Closes) ParseHead(ReadOnlySpan<byte> head)
    {
        _ = Utf8Parser.TryParse(head[9..], out int status, out _);
        var (contentLength, closes) = (-1, false);
        for (var rest = head; rest.IndexOf("\r\n"u8) is var end && end >= 0; rest = rest[(end + 2)..])
        {
            var line = rest[..end];
            if (StartsWith(line, "content-length:"u8))
            {
                _ = Utf8Parser.TryParse(line["content-length:".Length..].TrimStart((byte)' '), out contentLength, out _);
            }
            else if (StartsWith(line, "connection:"u8))
            {
                closes = line.IndexOf("close"u8) >= 0;
            }
        }

        return (status, contentLength, closes);
    }

    private static bool StartsWith(ReadOnlySpan<byte> line, ReadOnlySpan<byte> lowerName) =>
        line.Length >= lowerName.Length && System.Text.Ascii.EqualsIgnoreCase(line[..lowerName.Length], lowerName);

    private async ValueTask<int> ReadChunkSizeAsync(CancellationToken cancellation)
    {
        int end;
        while ((end = _received.AsSpan(_start, _end - _start).IndexOf("\r\n"u8)) < 0)
        {
            await ReceiveAsync(cancellation);
        }

        if (!Utf8Parser.TryParse(_received.AsSpan(_start, end), out int size, out _, 'x'))
        {
            throw new InvalidDataException("a chunk without a size");
        }

        _start += end + 2;
        return size;
    }

    private async ValueTask SkipLineAsync(CancellationToken cancellation)
    {
        while (_end - _start < 2)
        {
            await ReceiveAsync(cancellation);
        }

        _start += 2;
    }

    private async ValueTask<int> TakeAsync(int most, CancellationToken cancellation)
    {
        if (_start == _end)
        {
            await ReceiveAsync(cancellation);
        }

        var piece = Math.Min(most, _end - _start);
        _hash.AppendData(_received, _start, piece);
        _start += piece;
        return piece;
    }

    private async ValueTask ReceiveAsync(CancellationToken cancellation)
    {
        if (_start > 0)
        {
            _received.AsSpan(_start, _end - _start).CopyTo(_received);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _received.Length)
        {
            throw new InvalidDataException("a line longer than the buffer");
        }

        var count = await socket.ReceiveAsync(_received.AsMemory(_end), cancellation);
        if (count == 0)
        {
            throw new EndOfStreamException("the connection was closed within an answer");
        }

        _end += count;
    }
}

/// <summary>When one answer's first text and its end came, and whether it was the right one.</summary>
internal readonly record struct AnswerTiming(bool Right, int Status, long FirstText, long End, bool Closes);
