using System.Net.Sockets;

namespace GlobalGateway.Testing.Cassandra;

/// <summary>What a client asked a <see cref="FakeNode"/>.</summary>
/// <param name="Text">Of the statement; empty for a batch.</param>
public sealed record FakeRequest(Socket Connection, short Stream, byte Opcode, byte[] Body, string Text)
{
    public const byte Startup = 0x01;
    public const byte Options = 0x05;
    public const byte Query = 0x07;
    public const byte Prepare = 0x09;
    public const byte Execute = 0x0A;
    public const byte Batch = 0x0D;
    public const byte AuthResponse = 0x0F;

    public async ValueTask AnswerAsync(byte[] frame)
    {
        for (var sent = 0; sent < frame.Length;)
        {
            sent += await Connection.SendAsync(frame.AsMemory(sent));
        }
    }

    /// <summary>The connection ends without an answer.</summary>
    public void Reset()
    {
        Connection.LingerState = new LingerOption(true, 0);
        Connection.Dispose();
    }
}
