using System.Net;
using System.Net.Sockets;

namespace GlobalGateway.LocalFleet;

/// <summary>Asks a server the simplest question of its protocol.</summary>
public static class ServerProbe
{
    private const int AnswerBytes = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <param name="server"><c>redis://host:port</c> or <c>cql://host:port</c>.</param>
    public static async Task<bool> AnswersAsync(Uri server, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Parse(server.Host), server.Port, patience.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(Question(server.Scheme), patience.Token);
            var answer = new byte[AnswerBytes];
            await stream.ReadExactlyAsync(answer, patience.Token);
            return IsAnswer(server.Scheme, answer);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    public static async Task<bool> ListensAsync(string host, int port, CancellationToken cancellation)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Parse(host), port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary><c>PING</c>, or an <c>OPTIONS</c> frame of the native protocol's version 4 without a body.</summary>
    private static ReadOnlyMemory<byte> Question(string scheme) => scheme switch
    {
        "redis" => "PING\r\n"u8.ToArray(),
        "cql" => new byte[] { 0x04, 0, 0, 0, 0x05, 0, 0, 0, 0 },
        _ => throw new ArgumentException($"no server of protocol {scheme}", nameof(scheme)),
    };

    private static bool IsAnswer(string scheme, ReadOnlySpan<byte> answer) =>
        scheme == "redis" ? answer.SequenceEqual("+PONG"u8) : answer[0] == 0x84 && answer[4] == 0x06;
}
