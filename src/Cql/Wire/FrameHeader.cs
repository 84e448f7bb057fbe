using System.Buffers.Binary;

namespace GlobalGateway.Cql.Wire;

/// <summary>The nine bytes before each body.</summary>
internal readonly record struct FrameHeader(byte Flags, short Stream, CqlOpcode Opcode, int BodyBytes)
{
    public const int Bytes = 9;
    public const byte Version = 4;

    /// <summary>Of answers and events, which no request waits for.</summary>
    public const short EventStream = -1;

    private const byte FromServer = 0x80;

    /// <exception cref="CqlProtocolException">Not an answer of this version, or one that is too large.</exception>
    public static FrameHeader Read(ReadOnlySpan<byte> header, int bodyBytesMax)
    {
        if (header[0] != (FromServer | Version))
        {
            throw new CqlProtocolException($"the answer is not of version {Version}: it begins with 0x{header[0]:X2}");
        }

        var bodyBytes = BinaryPrimitives.ReadInt32BigEndian(header[5..]);
        return bodyBytes >= 0 && bodyBytes <= bodyBytesMax
            ? new FrameHeader(header[1], BinaryPrimitives.ReadInt16BigEndian(header[2..]), (CqlOpcode)header[4], bodyBytes)
            : throw new CqlProtocolException($"the answer says it has {bodyBytes} bytes, at most {bodyBytesMax} are read");
    }
}
