using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using GlobalGateway.Bench.Load;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Bench;

public sealed class AnswerReaderTests : IDisposable
{
    private static readonly byte[] Hello = SHA256.HashData("{\"content\":\"word\"}"u8);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _server;

    public AnswerReaderTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _client.Connect(_listener.LocalEndPoint!);
        _server = _listener.Accept();
        _server.NoDelay = true;
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n{\"content\":\"word\"}")]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n12\r\n{\"content\":\"word\"}\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\na\r\n{\"content\"\r\n8\r\n:\"word\"}\r\n0\r\n\r\n")]
    public async Task Read_RightBodyInAnyPieces_IsRight(string answer)
    {
        var reader = new AnswerReader(_client);
        foreach (var size in new[] { answer.Length, 1, 7 })
        {
            var sending = SendAsync(answer, size);
            var timing = await reader.ReadAsync(Hello, TestContext.Current.CancellationToken);
            await sending;

            timing.Right.ShouldBeTrue();
            timing.Closes.ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n{\"content\":\"wort\"}", 200)]
    [InlineData("HTTP/1.1 503 Busy\r\nContent-Length: 18\r\n\r\n{\"content\":\"word\"}", 503)]
    public async Task Read_OtherBodyOrStatus_IsWrong(string answer, int status)
    {
        await SendAsync(answer, answer.Length);

        var timing = await new AnswerReader(_client).ReadAsync(Hello, TestContext.Current.CancellationToken);

        timing.Right.ShouldBeFalse();
        timing.Status.ShouldBe(status);
    }

    [Fact]
    public async Task Read_CutOff_Throws()
    {
        await SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n{\"con", 64);
        _server.Close();

        await Should.ThrowAsync<EndOfStreamException>(async () => await new AnswerReader(_client).ReadAsync(Hello, TestContext.Current.CancellationToken));
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
        _listener.Dispose();
    }

    private async Task SendAsync(string text, int pieceSize)
    {
        foreach (var piece in Encoding.ASCII.GetBytes(text).Chunk(pieceSize))
        {
            await _server.SendAsync(piece, TestContext.Current.CancellationToken);
        }
    }
}
